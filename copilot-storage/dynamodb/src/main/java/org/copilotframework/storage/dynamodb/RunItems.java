package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.Instant;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.jspecify.annotations.Nullable;

/** A run in the table: an item for its head, one for its input, one for what its last change left, and its steps and events. */
final class RunItems {
    static final String ID = "id";
    static final String AGENT = "agent";
    static final String SESSION = "session";
    static final String STATE = "state";
    static final String FENCE = "fence";
    static final String CHANGE = "change";
    static final String ACTIVATION = "activation";
    static final String ATTEMPT = "attempt";
    static final String HOLDER = "holder";
    static final String DUE = "due";
    static final String LEASE = "lease";
    static final String QUEUE = "queue";
    static final String STATES = "states";
    static final String CREATED = "created";
    static final String CHANGED = "changed";
    /** The fence from which on the present detail is there; none if there is no detail. */
    static final String LEFT = "left";
    /** Where the detail goes on if it is large. */
    static final String LARGE_DETAIL = "largeDetail";

    private RunItems() {}

    static Item begun(TenantId tenant, RunStart start, Instant now) {
        Item head = Item.at(Keys.runHead(tenant, start.id()))
                .with(ID, start.id().value())
                .with(AGENT, start.agent())
                .with(SESSION, start.session() == null ? null : start.session().value())
                .with(FENCE, 1L)
                .with(CHANGE, start.change())
                .with(ACTIVATION, (long) start.activation())
                .with(ATTEMPT, 0L)
                .with(CREATED, now)
                .with(CHANGED, now);
        state(head, tenant, start.id(), start.state());
        queue(head, start.id(), start.state(), start.holder(), start.due(), now);
        keep(head, start.id(), start.state(), start.keep(), now);
        return head;
    }

    static Item changed(TenantId tenant, Item before, RunChange change, Instant now) {
        Item head = Item.at(before.key())
                .with(ID, change.id().value())
                .with(AGENT, before.text(AGENT))
                .with(SESSION, before.maybe(SESSION).orElse(null))
                .with(FENCE, change.fence() + 1)
                .with(CHANGE, change.change())
                .with(ACTIVATION, (long) change.activation())
                .with(ATTEMPT, 0L)
                .with(CREATED, before.number(CREATED))
                .with(CHANGED, now);
        state(head, tenant, change.id(), change.state());
        queue(head, change.id(), change.state(), change.holder(), change.due(), now);
        keep(head, change.id(), change.state(), change.keep(), now);
        return head;
    }

    private static void state(Item head, TenantId tenant, RunId id, RunState state) {
        head.with(STATE, state.name()).with(STATES, states(tenant, state, Keys.shard(id.value())));
    }

    /** Where the runs of a tenant in one state are, in the index. */
    static String states(TenantId tenant, RunState state, int shard) {
        return tenant + "/" + state + "/" + shard;
    }

    private static void queue(Item head, RunId id, RunState state, @Nullable String holder, Due due, Instant now) {
        head.with(HOLDER, state.terminal() ? null : holder);
        Instant moment = due.relative()
                .map(wait -> Times.after(now, wait))
                .or(due::absolute)
                .orElse(null);
        if (moment != null && !state.terminal()) {
            long lease =
                    due.relative().map(Times::millis).orElse(Math.max(0, Times.millis(moment) - Times.millis(now)));
            head.with(DUE, moment)
                    .with(LEASE, lease)
                    .with(QUEUE, holder == null ? waiting(Keys.shard(id.value())) : held(Keys.shard(id.value())));
        }
    }

    private static void keep(Item head, RunId id, RunState state, @Nullable Duration keep, Instant now) {
        if (state.terminal() && keep != null) {
            head.with(TableDesign.SWEEP.hash(), Sweeper.gone(id.value()))
                    .with(TableDesign.SWEEP.range(), Times.after(now, keep));
        }
    }

    /** Runs that nobody has, by the moment from which on they want a worker. */
    static String waiting(int shard) {
        return "waiting/" + shard;
    }

    /** Runs that somebody has. */
    static String held(int shard) {
        return "held/" + shard;
    }

    static RunState state(Item head) {
        return RunState.valueOf(head.text(STATE));
    }

    /** The id of a run, of any of its items. */
    static String id(Item item) {
        String partition = item.text(TableDesign.PARTITION);
        return partition.substring(partition.lastIndexOf('/') + 1);
    }

    static TenantId tenant(Key key) {
        return new TenantId(key.partition().substring(0, key.partition().indexOf('/')));
    }

    static RunHead head(Item head) {
        return new RunHead(
                tenant(head.key()),
                new RunId(head.text(ID)),
                head.text(AGENT),
                head.maybe(SESSION).map(SessionId::new).orElse(null),
                state(head),
                head.number(FENCE),
                (int) head.number(ACTIVATION),
                (int) head.number(ATTEMPT),
                head.maybe(HOLDER).orElse(null),
                head.has(DUE) ? head.time(DUE) : null,
                head.time(CREATED),
                head.time(CHANGED));
    }

    static RunRecord record(Item head, byte[] input, byte @Nullable [] detail) {
        return new RunRecord(head(head), Payload.of(input), detail == null ? null : Payload.of(detail));
    }
}
