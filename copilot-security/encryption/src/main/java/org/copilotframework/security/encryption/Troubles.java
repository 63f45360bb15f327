package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;

/**
 * What is wrong with the keys at this moment, for health: of each tenant what went wrong last, until it goes well or nobody has asked
 * for that key for as long as it lives. Safe for use by several threads.
 */
final class Troubles {
    private static final int MOST = 1_000;
    private static final int SHOWN = 5;

    /** What went wrong, whether with the wrapper, and when. */
    private record Trouble(String what, boolean wrapper, long since) {}

    private final Duration life;
    private final LongSupplier clock;
    private final Map<TenantId, Trouble> now = new LinkedHashMap<>();

    Troubles(Duration life, LongSupplier clock) {
        this.life = life;
        this.clock = clock;
    }

    synchronized void begin(TenantId tenant, String what, boolean wrapper) {
        if (now.size() < MOST || now.containsKey(tenant)) {
            now.put(tenant, new Trouble(what, wrapper, clock.getAsLong()));
        }
    }

    /** The tenant's key was had anew, or is gone. */
    synchronized void over(TenantId tenant) {
        now.remove(tenant);
    }

    /** The key lies in its place; nobody has asked the wrapper. */
    synchronized void placeOver(TenantId tenant) {
        Trouble there = now.get(tenant);
        if (there != null && !there.wrapper()) {
            now.remove(tenant);
        }
    }

    synchronized List<String> list() {
        now.values().removeIf(one -> clock.getAsLong() - one.since() >= life.toNanos());
        return now.values().stream()
                .map(Trouble::what)
                .distinct()
                .limit(SHOWN)
                .map(what -> "a key could not be had anew: " + what + ". Keys in memory are used on, each for at most "
                        + life + " since the wrapper gave it (copilot.encryption.aead.key-life)")
                .toList();
    }
}
