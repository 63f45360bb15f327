package org.copilotframework.api.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.Session;

/**
 * What the host offers to an agent during one activation. Implemented by the host only, so it may grow. Safe for use by the
 * threads of that activation; of no use after {@link Agent#handle} has returned.
 */
@ImplementedByHost
public interface AgentContext extends PluginContext {
    /**
     * Which run this is.
     *
     * @return the run's id
     */
    RunId runId();

    /**
     * Which activation of the run this is.
     *
     * @return 1, and one more each time the run goes on after a suspension
     */
    int activation();

    /**
     * What this activation is told.
     *
     * @return the message of the request: in the first activation, and when a moment was waited for, what the run began with;
     *     after a question what the caller answered
     */
    Message message();

    /**
     * What the run began with. In the first activation, and when a moment was waited for, the request says the same; after a
     * question the request says what the caller answered.
     *
     * @return the message of the first activation
     */
    Message firstMessage();

    /**
     * Does a piece of work whose result is remembered with the run: if the run goes on after a suspension or a crash, a step
     * whose result is there is not done again. The body may be done more than once if the process ends before its result is
     * stored; so it gets a key that stays the same, to pass on to whatever it changes. Runs that were not submitted remember
     * their steps from their first suspension on.
     *
     * @param key the step's name within the run, the same each time: 1 to 256 characters of well-formed Unicode without
     *     control characters; of several threads that ask for one step, one does it and the others wait
     * @param type the result's type: a record, or a JDK type of data
     * @param body does the work; what it throws is thrown here, and nothing is remembered
     * @param <T> the result's type
     * @return the result, of this time or of the time before
     * @throws Exception what the body throws; {@link org.copilotframework.api.error.ConflictException} if the run was taken
     *     over or canceled meanwhile; {@link org.copilotframework.api.error.UnavailableException} if the store is away: an agent
     *     that passes either on does not end its run, which goes on elsewhere or later
     */
    default <T> T step(String key, Class<T> type, StepBody<T> body) throws Exception {
        return step(key, StepMode.AT_LEAST_ONCE, type, body);
    }

    /**
     * Does a piece of work whose result is remembered with the run.
     *
     * @param key the step's name within the run
     * @param mode what is promised if the process ends in mid-step
     * @param type the result's type
     * @param body does the work
     * @param <T> the result's type
     * @return the result, of this time or of the time before
     * @throws StepInDoubtException if the step is {@link StepMode#AT_MOST_ONCE}, was begun earlier, by this activation too,
     *     and its result is not known
     * @throws Exception as {@link #step(String, Class, StepBody)}
     */
    <T> T step(String key, StepMode mode, Class<T> type, StepBody<T> body) throws Exception;

    /**
     * On whose behalf the agent acts.
     *
     * @return tenant and principal
     */
    Caller caller();

    /**
     * The session that the call belongs to.
     *
     * @return the session, or empty if the call stands alone
     */
    Optional<Session> session();

    /**
     * Calls other agents. Such a call has the same caller, at most the time that is left, one more level of depth, and draws
     * on the same budget of calls.
     *
     * @return a client for this activation
     */
    Client agents();

    /**
     * The agents that the caller may call, this one included, for an agent that chooses among them. What is in it when this
     * looks may be gone when it is called.
     *
     * @return the live catalogue, without the agents that are refused to this caller
     */
    Catalogue catalogue();

    /**
     * Files of this plugin, kept apart for each tenant.
     *
     * @return this plugin's files for this call's tenant
     */
    AgentBlobs blobs();

    /**
     * Tells the caller what happens before the reply is there. Never waits: what nobody retains is dropped.
     *
     * @param event what happens; not {@link Event.State} or {@link Event.Question}, which are the host's
     * @throws org.copilotframework.api.error.InvalidRequestException if it is one of these, or larger than a message may be
     * @throws org.copilotframework.api.error.ConflictException if the activation has ended
     */
    void emit(Event event);

    /**
     * Tells the caller how far the work is.
     *
     * @param message what is being done
     * @param fraction how much is done, from 0 to 1
     * @throws org.copilotframework.api.error.CopilotException as {@link #emit}
     */
    default void progress(String message, double fraction) {
        emit(new Event.Progress(message, fraction));
    }

    /**
     * When the caller stops waiting.
     *
     * @return the moment by this process's clock; {@link #remaining()} is not disturbed by changes of that clock
     */
    Instant deadline();

    /**
     * How much time is left.
     *
     * @return zero if the deadline has passed
     */
    Duration remaining();

    /**
     * Whether the caller no longer waits: canceled, or past the deadline.
     *
     * @return true once the activation's result can no longer be used
     */
    boolean cancelled();
}
