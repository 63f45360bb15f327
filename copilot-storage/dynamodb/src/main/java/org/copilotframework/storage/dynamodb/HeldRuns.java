package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
    private Map<Key, Seen> seen = new HashMap<>();
    private boolean begun;
    private long nextLook;

    /** The clock is monotonic, as {@link System#nanoTime()} is. */
    HeldRuns(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The runs of some agents whose lease is over. Looks into the table about four times in the shortest lease. */
    synchronized List<Item> over(Work work, Set<String> agents, Duration lease) {
        long now = nanoTime.getAsLong();
        if (!begun || now - nextLook >= 0) {
            look(work, now, lease);
        }
        return seen.values().stream()
                .filter(run -> now - run.since() >= run.lease())
                .map(Seen::item)
                .filter(run -> agents.contains(run.text(RunItems.AGENT)))
                .toList();
    }

    private void look(Work work, long now, Duration lease) {
        long pause = Math.min(LONGEST_BREAK.toNanos(), TimeUnit.MILLISECONDS.toNanos(Times.millis(lease)) / 4);
        Map<Key, Seen> present = new HashMap<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            Iterator<Item> items = work.query(Query.index(TableDesign.DUE, RunItems.held(shard)));
            while (items.hasNext()) {
                Item item = items.next();
                Seen before = seen.get(item.key());
                Seen as = before != null && before.same(item) ? before : new Seen(item, now);
                present.put(item.key(), as);
                pause = Math.min(pause, as.lease() / 4);
            }
        }
        seen = present;
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
