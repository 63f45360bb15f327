package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;

/**
 * Deletes runs. A run may have more items than a transaction takes: so its head is marked as over first, from when on nobody
 * changes the run, then goes all else, and then the head. What is left half done is found again by the sweep.
 */
final class RunRemoval {
    private static final int AT_ONCE = 100;

    private final Backend backend;

    RunRemoval(Backend backend) {
        this.backend = backend;
    }

    /** Deletes a run in whatever state; false if there is none. */
    boolean delete(Work work, TenantId tenant, RunId id) {
        Key head = Keys.runHead(tenant, id);
        Expression ended = Expression.of(
                "SET #state = :canceled, #states = :states, #swept = :gone, #from = :from REMOVE #queue, #due, #holder",
                ":canceled",
                RunState.CANCELED.name(),
                ":states",
                RunItems.states(tenant, RunState.CANCELED, Keys.shard(id.value())),
                ":gone",
                Sweeper.gone(id.value()),
                ":from",
                0);
        boolean mine = work.update(true, head, ended, Expression.of("attribute_exists(#pk)"))
                .isPresent();
        if (mine) {
            remove(work, head, 0);
        }
        return mine;
    }

    /** Deletes a run that has ended, and whose time was over at a moment. */
    boolean remove(Work work, Key head, long upTo) {
        Item run = work.get(head).orElse(null);
        if (run == null || run.number(TableDesign.SWEEP.range(), Long.MAX_VALUE) > upTo) {
            return false;
        }
        removeAllBut(work, head);
        Writes last = backend.writes();
        last.delete(Keys.runListed(RunItems.tenant(head), new RunId(RunItems.id(run))));
        last.delete(head);
        boolean gone = work.write(last);
        // Events may have been retained until the head was gone.
        removeAllBut(work, head);
        return gone;
    }

    private static void removeAllBut(Work work, Key head) {
        Iterator<Item> items = work.query(Query.all(head.partition()).only(Parts.REFERENCE));
        List<Key> keys = new ArrayList<>();
        while (items.hasNext()) {
            Item item = items.next();
            if (!item.key().equals(head)) {
                keys.addAll(Parts.all(item));
            }
            if (keys.size() > AT_ONCE || !items.hasNext()) {
                work.delete(keys);
                keys.clear();
            }
        }
    }
}
