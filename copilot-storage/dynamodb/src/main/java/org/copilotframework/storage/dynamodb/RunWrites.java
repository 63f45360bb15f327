package org.copilotframework.storage.dynamodb;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StepRecord;
import org.jspecify.annotations.Nullable;

/** Plans what a commit writes of its run, given the head and the steps as they were read. */
final class RunWrites {
    /** There if a step has a result. */
    static final String DONE = "done";

    static final String STEP_KEY = "key";

    private final Writes writes;
    private final TenantId tenant;

    RunWrites(Writes writes, TenantId tenant) {
        this.writes = writes;
        this.tenant = tenant;
    }

    void begin(RunStart start, Instant now) {
        Item head = RunItems.begun(tenant, start, now);
        Item input = Item.at(Key.of(head.key().partition(), Keys.INPUT));
        Parts.write(writes, tenant, input, start.input().bytes(), null);
        writes.put(input);
        detail(head, start.detail());
        writes.put(head, Expression.of("attribute_not_exists(#pk)"));
        writes.put(Item.at(Keys.runListed(tenant, start.id())));
    }

    void change(RunChange change, Item before, Instant now) {
        Item head = RunItems.changed(tenant, before, change, now);
        Parts.noted(before, RunItems.LARGE_DETAIL).forEach(writes::delete);
        if (change.detail() == null && before.has(RunItems.LEFT)) {
            writes.delete(Key.of(head.key().partition(), Keys.DETAIL));
        }
        detail(head, change.detail());
        writes.put(head, hasFence(change.fence()));
    }

    /** Whoever reads the head and the detail can tell by the fence in both whether they belong together. */
    private void detail(Item head, @Nullable Payload detail) {
        if (detail != null) {
            long fence = head.number(RunItems.FENCE);
            Item item = Item.at(Key.of(head.key().partition(), Keys.DETAIL)).with(RunItems.LEFT, fence);
            Parts.write(writes, tenant, item, detail.bytes(), null);
            writes.put(item);
            head.with(RunItems.LEFT, fence).with(RunItems.LARGE_DETAIL, Parts.note(item));
        }
    }

    void demand(RunLease within) {
        writes.check(Keys.runHead(tenant, within.id()), hasFence(within.fence()));
    }

    /** A run that has ended has a fence that nobody is given, but he who ended it: so its state is looked at too. */
    static Expression hasFence(long fence) {
        return Expression.of(
                "#fence = :fence AND NOT #state IN (:completed, :failed, :canceled, :rejected)",
                ":fence",
                fence,
                ":completed",
                "COMPLETED",
                ":failed",
                "FAILED",
                ":canceled",
                "CANCELED",
                ":rejected",
                "REJECTED");
    }

    /** Somebody has taken the run, and it still has the fence that he was given. */
    static Expression isHeld(long fence) {
        Expression has = hasFence(fence);
        return new Expression(has.text() + " AND attribute_exists(#holder)", has.values());
    }

    void steps(RunId run, List<StepRecord> steps, Map<Key, Item> found) {
        // Of a step that is named twice, the first that has a result stays.
        Map<String, StepRecord> last = new java.util.LinkedHashMap<>();
        steps.forEach(step -> last.merge(step.key(), step, (one, two) -> one.result() != null ? one : two));
        for (StepRecord step : last.values()) {
            Key key = Keys.step(tenant, run, step.key());
            Item before = found.get(key);
            if (before == null || (step.result() != null && !before.has(DONE))) {
                Item item = Item.at(key).with(STEP_KEY, step.key());
                if (step.result() != null) {
                    Parts.write(
                            writes, tenant, item.with(DONE, 1L), step.result().bytes(), null);
                }
                writes.put(item, Expression.of("attribute_not_exists(#done)"));
            }
        }
    }
}
