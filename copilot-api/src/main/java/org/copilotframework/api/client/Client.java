package org.copilotframework.api.client;

import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;

/**
 * Calls agents on behalf of one caller. Safe for use by several threads; cheap to keep and cheap to make anew.
 *
 * <p>Calls of one session are at work one after the other within a process; between processes {@link
 * org.copilotframework.api.session.SessionPolicy} says what holds.
 *
 * <p>An agent gets a client from its context: calls made with that one inherit the caller, the deadline, the depth and the
 * budget of the run they are made in.
 */
@ImplementedByHost
public interface Client {
    /**
     * Calls an agent and waits for its reply, no longer than the request's deadline. Only a store that hangs in mid-commit may
     * hold the answer back for the grace of a cancellation more ({@code copilot.invoke.cancel-grace}); the error then says that
     * it is not known whether the call took effect.
     *
     * @param request what to say to which agent
     * @return the reply
     * @throws org.copilotframework.api.error.CopilotException if the call is refused, is not done in time, is canceled or
     *     fails; an interrupt of the waiting thread cancels the run, sets the interrupt flag again and throws {@link
     *     org.copilotframework.api.error.CanceledException}
     */
    AgentReply invoke(AgentRequest request);

    /**
     * Calls an agent with a text.
     *
     * @param agent the agent's name
     * @param text what to say
     * @return the reply
     * @throws org.copilotframework.api.error.CopilotException as {@link #invoke(AgentRequest)}
     */
    default AgentReply invoke(String agent, String text) {
        return invoke(AgentRequest.to(agent).text(text).build());
    }

    /**
     * Calls an agent with an object and reads its reply into another.
     *
     * @param agent the agent's name
     * @param input what to say: a record, or what {@link org.copilotframework.api.message.Data#of(Object)} takes
     * @param output the type to read the reply's data into: a record, or a JDK type of data
     * @param <O> the type of the reply
     * @return the reply
     * @throws org.copilotframework.api.error.CopilotException as {@link #invoke(AgentRequest)}; {@link
     *     org.copilotframework.api.error.InvalidRequestException} if the reply has no data that fits the type; {@link
     *     org.copilotframework.api.error.ConflictException} if the agent waits: the error names the run, which is stored
     */
    <O> O invoke(String agent, Object input, Class<O> output);

    /**
     * Starts a run and does not wait for it. Its events are retained within bounds. A run that was accepted goes on until its
     * agent has seen to it, or it is refused for a reason that will not pass.
     *
     * @param request what to say to which agent; its timeout begins when the agent does
     * @return the run, accepted
     * @throws org.copilotframework.api.error.CopilotException if the run is refused at once; {@link
     *     org.copilotframework.api.error.UnavailableException} with the run's id if the store has not confirmed it: whoever
     *     submits again without looking for that run may have it done twice
     */
    Run submit(AgentRequest request);

    /**
     * Gives a run the input that it waits for, and waits for what its agent says then, as {@link #invoke(AgentRequest)} does.
     * The run is one that this caller has begun: the reply of {@code invoke} that was suspended names it. It goes on with the
     * scopes that it was begun with, so whoever answers it needs all of them, and gains none by having more.
     *
     * <p>An agent has its own caller answer what another agent asks: it returns the question as its own, keeps the name of the
     * run by a step, and passes the answer on in its next activation. The run then goes on within the activation, as a call of
     * {@code invoke} does; it ends with it if the activation is canceled or late. An activation that is done again after its
     * process has died passes its answer on only once, and gets what came of it.
     *
     * @param run the run's name
     * @param input the input, of role {@link org.copilotframework.api.message.Role#USER}
     * @return the reply; suspended, if the agent asks again
     * @throws org.copilotframework.api.error.NotFoundException if this caller has begun no such run, or it is no longer kept
     * @throws org.copilotframework.api.error.ForbiddenException if the run was begun with a scope that this caller was not
     *     granted, or this caller may not call its agent (any more); the run still waits
     * @throws org.copilotframework.api.error.ConflictException if the run does not wait for input, or can only go on with a
     *     version of its plugin that is not there
     * @throws org.copilotframework.api.error.CopilotException as {@link #invoke(AgentRequest)}; what is not done in time goes
     *     on by itself, unless it is a call within an activation
     */
    AgentReply answer(RunId run, Message input);

    /**
     * The same, done once however often it is asked for: the first input with a key is given to the run; each further one of this
     * caller with the same key and content is not, and waits for what the run's agent says next, or has said.
     *
     * @param run the run's name
     * @param input the input, of role {@link org.copilotframework.api.message.Role#USER}
     * @param idempotencyKey 1 to 255 printable characters of ASCII without blanks; known for {@code
     *     copilot.invoke.idempotency-ttl}
     * @return the reply; suspended, if the agent asks again
     * @throws org.copilotframework.api.error.ConflictException also if something else was asked by that key
     * @throws org.copilotframework.api.error.InvalidRequestException if the key has another form, or this is the client of an agent
     * @throws org.copilotframework.api.error.CopilotException as {@link #answer(RunId, Message)}
     */
    AgentReply answer(RunId run, Message input, String idempotencyKey);

    /**
     * The same client, with {@code invoke} running the agent on the calling thread: the fastest way, for agents that are
     * trusted to end. The deadline is then cooperative: the agent can see it, and a reply that comes too late is discarded,
     * but nothing frees the thread earlier. A call that has to wait for its session, for a permit or for an exclusive swap
     * waits on the calling thread, up to the deadline. {@code submit} is not changed.
     *
     * @return a view of this client
     */
    Client onCallerThread();
}
