package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;

/**
 * Since when the content of tenants cannot be read. Their runs rest for as long as that, so that they are looked at ever more seldom:
 * a key that is damaged may never be there again. Safe for use by several threads.
 */
final class UnreadTenants {
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int MOST = 10_000;

    private final Duration shortest;
    private final LongSupplier clock;
    private final Map<TenantId, Spell> spells = new ConcurrentHashMap<>();

    /** From when to when a tenant was met unreadable. */
    private record Spell(long first, long last) {}

    /**
     * Begins with none.
     *
     * @param shortest how long a run rests at least
     * @param clock nanoseconds that only ever grow
     */
    UnreadTenants(Duration shortest, LongSupplier clock) {
        this.shortest = shortest;
        this.clock = clock;
    }

    /** A tenant's content cannot be read; whether it could before. */
    boolean begins(TenantId tenant) {
        if (spells.size() >= MOST && !spells.containsKey(tenant)) {
            spells.clear();
        }
        long now = clock.getAsLong();
        Spell spell = spells.compute(
                tenant, (same, known) -> new Spell(known == null || isOver(known, now) ? now : known.first(), now));
        return spell.first() == now;
    }

    /** Runs that wait are met again at the latest when the longest rest is over; if none was, it may have been readable since. */
    private boolean isOver(Spell spell, long now) {
        return now - spell.last() > 2 * longest().toNanos();
    }

    private Duration longest() {
        return LONGEST.compareTo(shortest) > 0 ? LONGEST : shortest;
    }

    /** How long a run rests whose tenant cannot be read. */
    Duration rest(TenantId tenant) {
        Spell spell = spells.get(tenant);
        Duration passed = spell == null ? Duration.ZERO : Duration.ofNanos(clock.getAsLong() - spell.first());
        if (passed.compareTo(shortest) < 0) {
            return shortest;
        }
        return passed.compareTo(longest()) > 0 ? longest() : passed;
    }

    /** It can be read again. */
    void over(TenantId tenant) {
        spells.remove(tenant);
    }
}
