package org.copilotframework.storage.dynamodb;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The runs that want a worker and that nobody has. One is due by the clock of this machine. */
final class WaitingRuns {
    private static final int PAGE = 100;
    /** How many pages of one shard a look reads past runs of agents that nobody here has; the next look goes on from there. */
    private static final int MOST_PAGES = 10;

    private final InstantSource clock;
    private final Map<Integer, Map<String, AttributeValue>> goOn = new HashMap<>();

    WaitingRuns(InstantSource clock) {
        this.clock = clock;
    }

    /** Those of some agents that are due, as many of each shard as are wanted, or a few more. */
    List<Item> due(Work work, Set<String> agents, int limit) {
        List<Item> found = new ArrayList<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            found.addAll(due(work, shard, agents, limit));
        }
        return found;
    }

    private List<Item> due(Work work, int shard, Set<String> agents, int limit) {
        List<Item> found = new ArrayList<>();
        Query query = Query.indexUpTo(TableDesign.DUE, RunItems.waiting(shard), Times.millis(clock.instant()))
                .pages(PAGE);
        Map<String, AttributeValue> from = goOn(shard);
        for (int page = 0; page < MOST_PAGES && found.size() < limit; page++) {
            Pages.Page read = work.page(query.from(from));
            for (Map<String, AttributeValue> attributes : read.items()) {
                Item item = new Item(attributes);
                if (agents.contains(item.text(RunItems.AGENT))) {
                    found.add(item);
                }
            }
            from = read.last();
            if (from == null) {
                break;
            }
        }
        goOn(shard, found.isEmpty() ? from : null);
        return found;
    }

    private synchronized @Nullable Map<String, AttributeValue> goOn(int shard) {
        return goOn.get(shard);
    }

    private synchronized void goOn(int shard, @Nullable Map<String, AttributeValue> from) {
        if (from == null) {
            goOn.remove(shard);
        } else {
            goOn.put(shard, from);
        }
    }
}
