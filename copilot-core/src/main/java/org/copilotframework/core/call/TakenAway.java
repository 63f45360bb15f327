package org.copilotframework.core.call;

import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.RunState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends calls whose runs the store has given to somebody else, or knows to have ended. */
final class TakenAway {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Premises premises;

    TakenAway(Premises premises) {
        this.premises = premises;
    }

    /**
     * The lease of a call was not prolonged. May block.
     *
     * @return false if the call is about to learn it by itself
     */
    boolean from(Call call) {
        CopilotException error = canceled(call)
                ? new CanceledException("run " + call.runId() + " was canceled")
                : new ConflictException("run " + call.runId() + " was taken over by another worker");
        if (call.committing()) {
            // What the commit found is the truth, and it is on its way.
            return false;
        }
        call.lost = true;
        premises.workers().reply(() -> call.finish(error));
        return true;
    }

    private boolean canceled(Call call) {
        try {
            return premises.storage()
                    .runs()
                    .find(call.caller().tenant(), call.runId())
                    .map(run -> run.head().state() == RunState.CANCELED)
                    .orElse(true);
        } catch (CopilotException unavailable) {
            LOG.debug("Who has run {} now is not known: {}", call.runId(), unavailable.getMessage());
            return false;
        }
    }
}
