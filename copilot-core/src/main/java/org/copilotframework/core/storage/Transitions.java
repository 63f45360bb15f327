package org.copilotframework.core.storage;

import java.time.Instant;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;

/** What a run is after it has begun, changed, been claimed or had its lease renewed. */
final class Transitions {
    private Transitions() {}

    static RunRecord begun(TenantId tenant, RunStart start, Instant now) {
        RunHead head = new RunHead(
                tenant,
                start.id(),
                start.agent(),
                start.session(),
                start.state(),
                1,
                start.activation(),
                0,
                start.holder(),
                start.due().from(now).orElse(null),
                now,
                now);
        return new RunRecord(head, start.input(), start.detail());
    }

    static RunRecord changed(RunRecord before, RunChange change, Instant now) {
        RunHead head = before.head();
        RunHead changed = new RunHead(
                head.tenant(),
                head.id(),
                head.agent(),
                head.session(),
                change.state(),
                head.fence() + 1,
                change.activation(),
                0,
                change.holder(),
                change.due().from(now).orElse(null),
                head.created(),
                now);
        return new RunRecord(changed, before.input(), change.detail());
    }

    static RunRecord claimed(RunRecord before, String holder, Instant now, Instant until) {
        RunHead head = before.head();
        RunHead claimed = new RunHead(
                head.tenant(),
                head.id(),
                head.agent(),
                head.session(),
                head.state() == RunState.SUBMITTED ? RunState.WORKING : head.state(),
                head.fence() + 1,
                head.activation(),
                head.attempt() + 1,
                holder,
                until,
                head.created(),
                now);
        return new RunRecord(claimed, before.input(), before.detail());
    }

    /** A renewed lease is no change: fence and time of the last change stay. */
    static RunRecord renewed(RunRecord before, Instant until) {
        RunHead head = before.head();
        RunHead renewed = new RunHead(
                head.tenant(),
                head.id(),
                head.agent(),
                head.session(),
                head.state(),
                head.fence(),
                head.activation(),
                head.attempt(),
                head.holder(),
                until,
                head.created(),
                head.changed());
        return new RunRecord(renewed, before.input(), before.detail());
    }
}
