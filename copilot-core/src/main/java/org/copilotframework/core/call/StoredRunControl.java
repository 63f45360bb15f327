package org.copilotframework.core.call;

import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.run.RunControl;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;

/** Cancels runs and gives them input by the store alone, wherever they are. */
final class StoredRunControl implements RunControl {
    private final Premises premises;
    private final StoredInput inputs;
    private final RunResumption resumption;

    StoredRunControl(Premises premises, StoredInput inputs, RunResumption resumption) {
        this.premises = premises;
        this.inputs = inputs;
        this.resumption = resumption;
    }

    @Override
    public boolean cancel(RunHandle run, String why) {
        StoredChange change = new StoredChange(premises, run, "cancel-" + RunIds.next(System.currentTimeMillis()));
        CanceledException error = new CanceledException("run " + run.id() + " was canceled: " + why);
        while (true) {
            RunRecord stored = change.look();
            RunHead head = stored.head();
            if (head.state().terminal()) {
                premises.telling().learned(run, stored);
                return false;
            }
            RunChange canceled = new RunChange(
                    head.id(),
                    head.fence(),
                    change.name(),
                    RunState.CANCELED,
                    head.activation(),
                    RunDetail.failed(error, stored.detail()).store(),
                    null,
                    Due.never(),
                    premises.runLimits().keep());
            if (change.made(Commit.in(run.tenant()).run(canceled).build()) != null) {
                premises.telling().ended(run, RunEnd.with(RunState.CANCELED, error));
                return true;
            }
        }
    }

    @Override
    public void input(RunHandle run, Message message) {
        input(run, message, null);
    }

    /** The same, with what is stored with it; or null. */
    void input(RunHandle run, Message message, @Nullable ValueChange claim) {
        RunRecord taken = inputs.give(run, message, StoredInput.name(), claim);
        if (taken != null) {
            resumption.begin(taken);
        }
    }
}
