package org.copilotframework.core.access;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts by key, each minute anew; what comes when there are too many keys counts as one, so that whoever brings ever new ones is not
 * left uncounted. Of our own, and not of a library: an embedder takes on no more jars than he has, and all that is
 * wanted is a map that is thrown away each minute and does not grow beyond a bound. Safe for use by several threads.
 */
final class MinuteCounts {
    static final int MOST_KEYS = 10_000;

    /** The key of all that came when there were too many. */
    static final String OTHERS = "(others)";

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int LONGEST_KEY = 64;

    private record Minute(long begin, Map<String, AtomicInteger> counts) {}

    private final LongSupplier clock;
    private final Consumer<Map<String, AtomicInteger>> ended;
    private final AtomicReference<Minute> minute;

    /**
     * Begins a minute.
     *
     * @param clock nanoseconds
     * @param ended told what was counted, once a minute is over and the next one has begun
     */
    MinuteCounts(LongSupplier clock, Consumer<Map<String, AtomicInteger>> ended) {
        this.clock = clock;
        this.ended = ended;
        this.minute = new AtomicReference<>(new Minute(clock.getAsLong(), new ConcurrentHashMap<>()));
    }

    /** Counts one more. */
    int add(String key) {
        Map<String, AtomicInteger> counts = present().counts();
        String bounded = bounded(key);
        AtomicInteger count = counts.get(bounded);
        if (count == null) {
            String place = counts.size() < MOST_KEYS ? bounded : OTHERS;
            count = counts.computeIfAbsent(place, unused -> new AtomicInteger());
        }
        return count.incrementAndGet();
    }

    /** How many there are in this minute. */
    int of(String key) {
        Map<String, AtomicInteger> counts = present().counts();
        if (counts.isEmpty()) {
            return 0;
        }
        AtomicInteger count = counts.get(bounded(key));
        if (count == null && counts.size() >= MOST_KEYS) {
            count = counts.get(OTHERS);
        }
        return count == null ? 0 : count.get();
    }

    /** How many whole seconds of this minute are over. */
    int seconds() {
        return (int)
                TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - present().begin());
    }

    /** How long this minute lasts. */
    Duration rest() {
        long past = clock.getAsLong() - minute.get().begin();
        return Duration.ofNanos(Math.max(TimeUnit.SECONDS.toNanos(1), MINUTE - past));
    }

    /** Ends this minute if its time is over. Whether it was. */
    boolean endIfOver() {
        boolean over = clock.getAsLong() - minute.get().begin() >= MINUTE;
        present();
        return over;
    }

    /** Ends this minute before its time. */
    void end() {
        next(minute.get());
    }

    private Minute present() {
        Minute known = minute.get();
        return clock.getAsLong() - known.begin() < MINUTE ? known : next(known);
    }

    private Minute next(Minute known) {
        Minute next = new Minute(clock.getAsLong(), new ConcurrentHashMap<>());
        if (!minute.compareAndSet(known, next)) {
            return minute.get();
        }
        if (!known.counts().isEmpty()) {
            ended.accept(known.counts());
        }
        return next;
    }

    private static String bounded(String key) {
        return key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY);
    }
}
