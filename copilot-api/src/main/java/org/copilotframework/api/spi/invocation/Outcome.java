package org.copilotframework.api.spi.invocation;

import java.time.Duration;
import java.util.Objects;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/**
 * How an invocation ended for its caller.
 *
 * @param state the last state: {@link RunState#REJECTED} if the agent never saw the call
 * @param elapsed from the moment the call came in to the moment its caller was answered
 * @param reply what the caller got, or null if he got an error
 * @param error the error the caller got, or null if he got a reply
 */
public record Outcome(
        RunState state,
        Duration elapsed,
        @Nullable AgentReply reply,
        @Nullable CopilotException error) {
    /** Checks for null. */
    public Outcome {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(elapsed, "elapsed");
    }
}
