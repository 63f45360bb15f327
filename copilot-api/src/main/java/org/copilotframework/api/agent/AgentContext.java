package org.copilotframework.api.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.Session;

/**
 * What the host offers to an agent during one activation. Implemented by the host only, so it may grow. Safe for use by the
 * threads of that activation; of no use after {@link Agent#handle} has returned.
 */
public interface AgentContext extends PluginContext {
    /**
     * Which run this is.
     *
     * @return the run's id
     */
    RunId runId();

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
     * Files of this plugin, kept apart for each tenant.
     *
     * @return this plugin's files for this call's tenant
     */
    AgentBlobs blobs();

    /**
     * Tells the caller what happens before the reply is there. Never waits: what nobody retains is dropped.
     *
     * @param event what happens; not {@link Event.State}, which is the host's
     * @throws org.copilotframework.api.error.InvalidRequestException if it is an {@link Event.State}, or larger than a message
     *     may be
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
