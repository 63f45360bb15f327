package org.copilotframework.security.apikey;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.spi.authentication.UseLimit;
import org.copilotframework.api.spi.storage.KeyValues;

/**
 * How often a key is used in a minute. All nodes draw on one counter in the store, each by a tenth of the limit at a time: so the limit
 * holds over all of them, and a request seldom writes. What a node has drawn and does not use is lost to the others for that minute.
 * Minutes are those of the node's clock. Safe for use by several threads.
 */
final class MinuteLimits {
    private static final int PORTIONS = 10;
    private static final int MOST = 10_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LIFE = Duration.ofMinutes(2);

    private final KeyValues values;
    private final TenantId host;
    private final InstantSource clock;
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();

    MinuteLimits(KeyValues values, TenantId host, InstantSource clock) {
        this.values = values;
        this.host = host;
        this.clock = clock;
    }

    /**
     * Counts one request.
     *
     * @return what is left of the minute, as far as this node knows
     * @throws QuotaExceededException if there were as many in this minute
     */
    UseLimit take(String id, int perMinute) {
        long minute = clock.instant().getEpochSecond() / 60;
        if (allowances.size() >= MOST && !allowances.containsKey(id)) {
            allowances.values().removeIf(one -> one.minute != minute);
        }
        return allowances.computeIfAbsent(id, Allowance::new).take(minute, perMinute);
    }

    /** What this node may let in, of what it has drawn. */
    private final class Allowance {
        private final String id;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile long minute;
        private int left;
        /** How much all nodes had drawn when this one drew last. */
        private long drawn;

        private boolean over;

        Allowance(String id) {
            this.id = id;
        }

        UseLimit take(long now, int perMinute) {
            lock.lock();
            try {
                if (minute != now) {
                    minute = now;
                    left = 0;
                    over = false;
                }
                if (left == 0 && !over) {
                    left = drawn(perMinute);
                    over = left == 0;
                }
                if (over) {
                    throw new QuotaExceededException(
                            "the API key " + id + " is good for " + perMinute
                                    + " requests a minute, and was used so often",
                            untilNext(),
                            new UseLimit(perMinute, WINDOW, 0, untilNext()));
                }
                left--;
                return new UseLimit(perMinute, WINDOW, left + Math.max(0, perMinute - drawn), untilNext());
            } finally {
                lock.unlock();
            }
        }

        private int drawn(int perMinute) {
            int portion = Math.max(1, perMinute / PORTIONS);
            long total = values.add(host, "apikey/rate/" + id + "/" + minute, portion, LIFE);
            drawn = total;
            return (int) Math.max(0, Math.min(portion, perMinute - (total - portion)));
        }

        private Duration untilNext() {
            Duration left = Duration.between(clock.instant(), Instant.ofEpochSecond(60 * (minute + 1)));
            return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
        }
    }
}
