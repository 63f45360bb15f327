package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;

/**
 * What is wrong with the keys at this moment, for health: of each tenant what went wrong last. What the place or the wrapper did is
 * over once it answers anybody, what is wrong with a tenant's own key once that tenant's key is had; and either once nobody has
 * asked for that key for as long as it lives. Safe for use by several threads.
 */
final class Troubles {
    private static final int MOST = 1_000;
    private static final int SHOWN = 5;

    /** Who does not do what it should. */
    enum Of {
        /** The place of the keys fails, or is empty. */
        PLACE,
        /** The place takes no new key, though it may give out those that it has. */
        WRITES,
        /** The wrapper cannot be reached. */
        WRAPPER,
        /** One tenant's key is damaged, or wrapped by a secret that is not here. */
        KEY
    }

    /** What went wrong, with what, and when. */
    private record Trouble(String what, Of of, long since) {}

    private final Duration life;
    private final LongSupplier clock;
    private final Map<TenantId, Trouble> now = new LinkedHashMap<>();

    Troubles(Duration life, LongSupplier clock) {
        this.life = life;
        this.clock = clock;
    }

    synchronized void begin(TenantId tenant, String what, Of of) {
        if (now.size() < MOST || now.containsKey(tenant)) {
            now.put(tenant, new Trouble(what, of, clock.getAsLong()));
        }
    }

    /** The tenant's key was had anew, or is gone. */
    synchronized void over(TenantId tenant) {
        now.remove(tenant);
    }

    /** The place or the wrapper has answered, whoever asked. */
    synchronized void answered(Of service) {
        now.values().removeIf(one -> one.of() == service);
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
