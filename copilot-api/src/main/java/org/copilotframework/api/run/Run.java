package org.copilotframework.api.run;

import java.util.concurrent.CompletionStage;
import org.copilotframework.api.agent.AgentReply;

/** A submitted run. Safe for use by several threads. */
public interface Run {
    /**
     * The run's name.
     *
     * @return the id
     */
    RunId id();

    /**
     * Where the run stands.
     *
     * @return the state at this moment
     */
    RunState state();

    /**
     * The run's reply.
     *
     * @return a stage that completes with the reply, or exceptionally with a {@link
     *     org.copilotframework.api.error.CopilotException}; dependent actions must not block, use the {@code Async} methods
     *     with an executor of your own
     */
    CompletionStage<AgentReply> reply();

    /**
     * Opens the run's events for reading.
     *
     * @param after read the events after this position; 0 for all that are retained
     * @return a new reader, to be closed
     */
    EventStream events(long after);

    /**
     * Asks the run to end. The caller is answered with {@link org.copilotframework.api.error.CanceledException} at once; the
     * agent sees {@code context.cancelled()} and an interrupt.
     *
     * @param why the reason, for a person
     * @return true if this call ended the run, false if it had ended already
     */
    boolean cancel(String why);
}
