package org.copilotframework.api.run;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.message.Message;

/**
 * A run that is stored: one that was submitted, or that was suspended. It may go on in another process, or after a restart; this
 * object then learns of its end within {@code copilot.runs.poll-interval} or so. Safe for use by several threads.
 */
@ImplementedByHost
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
     *     org.copilotframework.api.error.CopilotException}, also if nothing else of the run is held: with an {@link
     *     org.copilotframework.api.error.UnavailableException} if the orchestrator is closed before the run has ended;
     *     dependent actions must not block, use the {@code Async} methods with an executor of your own
     */
    CompletionStage<AgentReply> reply();

    /**
     * What the caller is asked, while the run waits for input.
     *
     * @return the question, or empty unless the state is {@link RunState#INPUT_REQUIRED} or {@link RunState#AUTH_REQUIRED}
     */
    Optional<Message> question();

    /**
     * Gives the input that the run waits for. It is stored before this returns, and the run goes on. May block.
     *
     * @param message the input, of role {@link org.copilotframework.api.message.Role#USER}
     * @throws org.copilotframework.api.error.ConflictException if the run does not wait for input, or can only go on with a
     *     version of its plugin that is not there
     */
    void input(Message message);

    /**
     * Opens the run's events for reading.
     *
     * @param after read the events after this position; 0 for all that are retained
     * @return a new reader, to be closed
     */
    EventStream events(long after);

    /**
     * Ends the run. The agent sees {@code context.cancelled()} and an interrupt at once, in another process once that process
     * renews its lease; the reply is a {@link org.copilotframework.api.error.CanceledException} once that is stored. May block.
     *
     * @param why the reason, for a person
     * @return true if this call ended the run, which is stored then; false if it had ended already
     * @throws org.copilotframework.api.error.UnavailableException if the store has not confirmed it; cancel the run again
     */
    boolean cancel(String why);
}
