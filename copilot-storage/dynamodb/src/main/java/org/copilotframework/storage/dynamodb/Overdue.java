package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.copilotframework.api.spi.storage.RunHead;

/** The runs that should have been taken up long ago. Only reads. */
final class Overdue {
    private final Backend backend;
    private final InstantSource clock;

    Overdue(Backend backend, InstantSource clock) {
        this.backend = backend;
        this.clock = clock;
    }

    /**
     * Those that nobody has, by the clock of this machine, and those that somebody had who has not prolonged his lease for so long;
     * a wrong clock finds them earlier or later by as much as it is wrong. The queue is not by agent: those of agents that are not
     * wanted are read, in the index, and passed over.
     */
    List<RunHead> heads(Duration time, Collection<String> except, int limit) {
        Set<String> unwanted = Set.copyOf(except);
        Work work = backend.work();
        long before = Times.millis(clock.instant()) - Times.millis(time);
        List<Key> keys = new ArrayList<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            for (String queue : List.of(RunItems.waiting(shard), RunItems.held(shard))) {
                Query due = Query.indexUpTo(TableDesign.DUE, queue, before);
                Iterator<Item> items = work.query(unwanted.isEmpty() ? due.pages(limit) : due);
                int wanted = 0;
                while (wanted < limit && items.hasNext()) {
                    Item item = items.next();
                    if (!unwanted.contains(item.text(RunItems.AGENT))) {
                        keys.add(item.key());
                        wanted++;
                    }
                }
            }
        }
        return work.get(keys).values().stream()
                .filter(head -> head.has(RunItems.DUE) && head.number(RunItems.DUE) <= before)
                .sorted(Comparator.comparingLong(head -> head.number(RunItems.DUE)))
                .limit(limit)
                .map(RunItems::head)
                .toList();
    }
}
