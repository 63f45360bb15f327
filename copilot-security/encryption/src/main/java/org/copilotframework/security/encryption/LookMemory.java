package org.copilotframework.security.encryption;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * What the last looks for keys came to, for a moment: so an outage, or data whose key is gone, does not have every thread ask the place
 * and the wrapper one after the other. Safe for use by several threads.
 */
final class LookMemory {
    static final Duration PAUSE = Duration.ofSeconds(2);

    /** Who takes so long to fail is not asked by everybody. */
    static final Duration LONG = Duration.ofMillis(500);

    private static final int MOST = 10_000;

    private record Failure(UnavailableException why, long since) {}

    /** The name of a key that is not the tenant's. */
    private record Stranger(TenantId tenant, long id) {
        static Stranger of(TenantId tenant, byte[] stored, int from) {
            return new Stranger(
                    tenant, ByteBuffer.wrap(stored, from, TenantKey.ID).getLong());
        }
    }

    private final LongSupplier clock;
    private final Map<TenantId, Failure> failures = new ConcurrentHashMap<>();
    private final Map<Troubles.Of, Failure> silent = new ConcurrentHashMap<>();
    private final Map<Stranger, Long> strangers = new ConcurrentHashMap<>();

    LookMemory(LongSupplier clock) {
        this.clock = clock;
    }

    void failed(TenantId tenant, UnavailableException why) {
        if (failures.size() >= MOST) {
            failures.clear();
        }
        failures.put(tenant, new Failure(why, clock.getAsLong()));
    }

    void succeeded(TenantId tenant) {
        failures.remove(tenant);
    }

    /**
     * The place or the wrapper has failed, which is everybody's matter if it took long: else each tenant would wait for as long, one
     * after the other, on a thread that serves all.
     *
     * @param began when it was asked
     */
    void failed(Troubles.Of service, UnavailableException why, long began) {
        long now = clock.getAsLong();
        if (now - began >= LONG.toNanos() && !Damage.isOfOne(why)) {
            silent.put(service, new Failure(why, now));
        }
    }

    /** It has answered somebody. */
    void answered(Troubles.Of service) {
        silent.remove(service);
    }

    /** Fails as the place or the wrapper just did for whomever. */
    void refuseWhileSilent(Troubles.Of service) {
        refuse(silent.get(service));
    }

    /** Fails as the last look did, if that was just now. */
    void refuseAfterFailure(TenantId tenant) {
        refuse(failures.get(tenant));
    }

    private void refuse(@Nullable Failure last) {
        if (last != null && recent(last.since())) {
            throw new UnavailableException(String.valueOf(last.why().getMessage()), PAUSE, last.why());
        }
    }

    void stranger(TenantId tenant, byte[] stored, int from) {
        if (strangers.size() >= MOST) {
            strangers.clear();
        }
        strangers.put(Stranger.of(tenant, stored, from), clock.getAsLong());
    }

    /** Whether it was just looked whether a name is that of the tenant's key, and it was not. */
    boolean isStranger(TenantId tenant, byte[] stored, int from) {
        Long since = strangers.get(Stranger.of(tenant, stored, from));
        return since != null && recent(since);
    }

    void forget(TenantId tenant) {
        failures.remove(tenant);
    }

    private boolean recent(long since) {
        return clock.getAsLong() - since < PAUSE.toNanos();
    }
}
