package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;

/**
 * Takes runs by their names, where a process shall take none but those that somebody in it holds. {@code claim} takes whatever
 * is due, so a run is taken here by a change that demands its fence. By one thread.
 */
final class OwnRuns {
    /** A lease as it was seen last, and since when it is seen like that. */
    private record Seen(long fence, @Nullable Instant due, long since) {}

    private final Premises premises;
    private final Map<RunHandle, Seen> leases = new WeakHashMap<>();

    OwnRuns(Premises premises) {
        this.premises = premises;
    }

    /** The run as it is once it was taken, or null if it is not due, or somebody else was faster. */
    @Nullable
    RunRecord taken(RunHandle handle, RunRecord run) {
        RunHead head = run.head();
        if (!due(handle, head)) {
            return null;
        }
        Duration lease = premises.runLimits().lease();
        RunDetail detail = RunDetail.read(run.detail());
        RunChange change = new RunChange(
                head.id(),
                head.fence(),
                "take-" + RunIds.next(System.currentTimeMillis()),
                RunState.WORKING,
                head.activation(),
                detail.with(detail.effort().taken(head.attempt())).store(),
                premises.holder(),
                Due.after(lease),
                null);
        try {
            Commit commit = Commit.in(head.tenant()).run(change).build();
            long fence = premises.sending()
                    .send(head.id(), commit, System.nanoTime() + lease.toNanos())
                    .fence();
            return new RunRecord(StoredChange.changed(head, change, fence), run.input(), change.detail());
        } catch (ConflictException faster) {
            return null;
        }
    }

    private boolean due(RunHandle handle, RunHead head) {
        return switch (head.state()) {
            case SUBMITTED -> head.due() != null && !head.due().isAfter(Instant.now());
            case WORKING -> !premises.holder().equals(head.holder()) && abandoned(handle, head);
            default -> false;
        };
    }

    /** Whether its lease was not prolonged for as long as one lasts. No two clocks are compared. */
    private boolean abandoned(RunHandle handle, RunHead head) {
        long now = System.nanoTime();
        Seen before = leases.get(handle);
        if (before == null || before.fence() != head.fence() || !Objects.equals(before.due(), head.due())) {
            leases.put(handle, new Seen(head.fence(), head.due(), now));
            return false;
        }
        return now - before.since() > premises.runLimits().lease().toNanos();
    }
}
