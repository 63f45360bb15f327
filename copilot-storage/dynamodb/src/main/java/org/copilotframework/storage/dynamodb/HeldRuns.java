package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Watches the runs that somebody has, and tells which of them have shown no sign of life for as long as their lease lasts. He
 * who then takes one demands that it is still as it was seen first, so it was unchanged all the time.
 */
final class HeldRuns {
    private static final Duration LONGEST_BREAK = Duration.ofSeconds(5);

    private record Seen(Item item, long since) {
        boolean same(Item other) {
            return item.number(RunItems.FENCE) == other.number(RunItems.FENCE)
                    && item.number(RunItems.DUE) == other.number(RunItems.DUE);
        }

        long lease() {
            return TimeUnit.MILLISECONDS.toNanos(item.number(RunItems.LEASE));
        }
    }

    private final LongSupplier nanoTime;
    private final ReentrantLock looking = new ReentrantLock();
    private Map<Key, Seen> seen = new HashMap<>();
    private boolean begun;
    private long nextLook;

    /** The clock is monotonic, as {@link System#nanoTime()} is. */
    HeldRuns(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * The runs of some agents whose lease is over. Looks into the table about four times in the shortest lease: one caller does,
     * and nobody waits for him; the others go by what was seen last.
     */
    List<Item> over(Work work, Set<String> agents, Duration lease) {
        if (isTime() && looking.tryLock()) {
            try {
                if (isTime()) {
                    look(work, lease);
                }
            } finally {
                looking.unlock();
            }
        }
        return over(agents);
    }

    private synchronized List<Item> over(Set<String> agents) {
        long now = nanoTime.getAsLong();
        return seen.values().stream()
                .filter(run -> now - run.since() >= run.lease())
                .map(Seen::item)
                .filter(run -> agents.contains(run.text(RunItems.AGENT)))
                .toList();
    }

    private synchronized boolean isTime() {
        return !begun || nanoTime.getAsLong() - nextLook >= 0;
    }

    private void look(Work work, Duration lease) {
        List<Item> present = new ArrayList<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            work.query(Query.index(TableDesign.DUE, RunItems.held(shard))).forEachRemaining(present::add);
        }
        saw(present, lease);
    }

    /** A run is seen from when all was read: not before it was really there. */
    private synchronized void saw(List<Item> present, Duration lease) {
        long now = nanoTime.getAsLong();
        long pause = Math.min(LONGEST_BREAK.toNanos(), TimeUnit.MILLISECONDS.toNanos(Times.millis(lease)) / 4);
        Map<Key, Seen> next = new HashMap<>();
        for (Item item : present) {
            Seen before = seen.get(item.key());
            Seen as = before != null && before.same(item) ? before : new Seen(item, now);
            next.put(item.key(), as);
            pause = Math.min(pause, as.lease() / 4);
        }
        seen = next;
        begun = true;
        nextLook = now + pause;
    }

    /** It is being taken, or was taken or renewed by somebody else: the next one to ask looks anew. */
    synchronized void forget(Key run) {
        if (seen.remove(run) != null) {
            nextLook = nanoTime.getAsLong();
        }
    }
}
