package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;

/** How whoever ends a stored run, or has it refused, waits until the store knows it. */
final class Confirmation {
    private static final long PATIENCE = TimeUnit.SECONDS.toMillis(10);

    private Confirmation() {}

    /** Cancels. False if the run has ended otherwise, or goes on elsewhere: then the store knows what to do. */
    static boolean canceled(Call call, String why) {
        return call.finish(new CanceledException("run " + call.runId() + " was canceled: " + why))
                && ended(call, "it is canceled");
    }

    /** What whoever submits gets for a run that is refused: what was refused is not done later. */
    static CopilotException refused(Call call) {
        CopilotException refusal = call.error();
        if (refusal == null) {
            throw new IllegalStateException("a submission is refused with an error only");
        }
        String what = "it is refused (" + refusal.getMessage() + ")";
        return call.accepted && !ended(call, what) ? unknown(call, what) : Failures.again(refusal);
    }

    private static boolean ended(Call call, String what) {
        try {
            return call.ending.get(PATIENCE, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unknown(call, what);
        } catch (TimeoutException | ExecutionException late) {
            throw unknown(call, what);
        }
    }

    private static UnavailableException unknown(Call call, String what) {
        return new UnavailableException(
                "run " + call.runId() + " is not at work here any more: " + what
                        + ", but the store has not confirmed that; look at it with 'copilot runs show " + call.runId()
                        + "' and cancel it",
                Duration.ofSeconds(1));
    }
}
