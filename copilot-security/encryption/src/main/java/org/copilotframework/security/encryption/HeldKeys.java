package org.copilotframework.security.encryption;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * The keys that are in memory, and how long each may be used: for a time without a look, and until its life is over whatever the looks
 * come to. Safe for use by several threads.
 */
final class HeldKeys {
    private static final int MOST = 10_000;

    /** A key, what lay in its place, when that was looked at, and when the wrapper gave it. */
    record Held(TenantKey key, KeyRecord record, long checked, long given) {
        /** Whether the wrapper gave it at this look. */
        boolean isNew() {
            return given == checked;
        }
    }

    private final long check;
    private final long life;
    private final LongSupplier clock;
    private final Map<TenantId, Held> held = new ConcurrentHashMap<>();

    HeldKeys(AeadSettings settings, LongSupplier clock) {
        this.check = settings.keyCheck().toNanos();
        this.life = settings.keyLife().toNanos();
        this.clock = clock;
    }

    /** A tenant's key that may be used without a look, or null. */
    @Nullable
    Held fresh(TenantId tenant) {
        Held here = held.get(tenant);
        return here != null && clock.getAsLong() - here.checked() < check && isAlive(here) ? here : null;
    }

    /** A tenant's key that may be used while nobody can say more of it, or null. */
    @Nullable
    Held alive(TenantId tenant) {
        Held here = held.get(tenant);
        return here != null && isAlive(here) ? here : null;
    }

    /** What is in memory for a tenant, be its life over, or null. */
    @Nullable
    Held get(TenantId tenant) {
        return held.get(tenant);
    }

    /** Whether a key is young enough that the wrapper need not be asked for it. */
    boolean isYoung(Held one, long now) {
        return now - one.given() < life / 2;
    }

    void keep(TenantId tenant, Held one) {
        if (held.size() >= MOST && !held.containsKey(tenant)) {
            long now = clock.getAsLong();
            held.entrySet().stream()
                    .max(Comparator.comparingLong(
                            entry -> now - entry.getValue().checked()))
                    .ifPresent(oldest -> held.remove(oldest.getKey()));
        }
        held.put(tenant, one);
    }

    void remove(TenantId tenant) {
        held.remove(tenant);
    }

    /** Removes this very key. */
    void remove(TenantId tenant, Held one) {
        held.remove(tenant, one);
    }

    /** A key that is not used any more does not stay in memory for ever. */
    void dropDead() {
        held.values().removeIf(one -> !isAlive(one));
    }

    void clear() {
        held.clear();
    }

    private boolean isAlive(Held one) {
        return clock.getAsLong() - one.given() < life;
    }
}
