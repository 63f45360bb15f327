package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunDetail;
import org.jspecify.annotations.Nullable;

/** What the desk writes about runs that it has taken and makes no call of. */
final class DeskWriting {
    private final Premises premises;

    DeskWriting(Premises premises) {
        this.premises = premises;
    }

    /** The run ends without its agent. */
    void end(RunRecord run, CopilotException error) {
        RunHead head = run.head();
        write(
                run,
                RunState.FAILED,
                RunDetail.failed(error, run.detail()).store(),
                Due.never(),
                premises.runLimits().keep());
        premises.runs()
                .find(head.tenant(), head.id())
                .ifPresent(known -> premises.telling().ended(known, RunEnd.with(RunState.FAILED, error)));
    }

    /** The run is left alone for a time. */
    void rest(RunRecord run, RunDetail detail, Duration rest) {
        write(run, RunState.SUBMITTED, detail.store(), Due.after(rest), null);
    }

    /**
     * The run goes back as it was found, for it cannot be read now: nor can be written how often it was taken before, which is
     * forgotten.
     */
    void back(RunRecord run, Duration rest) {
        write(run, RunState.SUBMITTED, run.detail(), Due.after(rest), null);
    }

    private void write(RunRecord run, RunState state, @Nullable Payload detail, Due due, @Nullable Duration keep) {
        RunHead head = run.head();
        RunChange change = new RunChange(
                head.id(), head.fence(), "desk-" + head.fence(), state, head.activation(), detail, null, due, keep);
        Commit commit = Commit.in(head.tenant()).run(change).build();
        long lease = premises.runLimits().lease().toNanos();
        premises.sending().send(head.id(), commit, System.nanoTime() + lease);
    }
}
