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
    private final Map<TenantId, Long> since = new ConcurrentHashMap<>();

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
        if (since.size() >= MOST && !since.containsKey(tenant)) {
            since.clear();
        }
        return since.putIfAbsent(tenant, clock.getAsLong()) == null;
    }

    /** How long a run rests whose tenant cannot be read. */
    Duration rest(TenantId tenant) {
        long began = since.getOrDefault(tenant, clock.getAsLong());
        Duration passed = Duration.ofNanos(clock.getAsLong() - began);
        Duration most = LONGEST.compareTo(shortest) > 0 ? LONGEST : shortest;
        if (passed.compareTo(shortest) < 0) {
            return shortest;
        }
        return passed.compareTo(most) > 0 ? most : passed;
    }

    /** It can be read again. */
    void over(TenantId tenant) {
        since.remove(tenant);
    }
}
