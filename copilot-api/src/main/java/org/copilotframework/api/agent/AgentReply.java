package org.copilotframework.api.agent;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/**
 * What an agent gives back from one activation: its answer, or that the run is suspended. A suspended run holds no thread; the
 * agent is called again, in a new activation, when the input or the moment has come. Immutable.
 */
public final class AgentReply {
    private final Message message;
    private final RunState state;
    private final @Nullable Instant resumeAt;
    private final @Nullable RunId run;

    private AgentReply(Message message, RunState state, @Nullable Instant resumeAt, @Nullable RunId run) {
        this.message = Objects.requireNonNull(message, "message");
        this.state = state;
        this.resumeAt = resumeAt;
        this.run = run;
    }

    private AgentReply(Message message) {
        this(message, RunState.COMPLETED, null, null);
    }

    /**
     * A reply of any parts.
     *
     * @param message the message, of role {@link Role#AGENT}
     * @return the reply
     * @throws InvalidRequestException if the message has another role
     */
    public static AgentReply of(Message message) {
        return new AgentReply(said(message));
    }

    /**
     * The run waits for the caller's input. The next activation gets it as its request.
     *
     * @param question what the caller is asked, of role {@link Role#AGENT}
     * @return the reply
     * @throws InvalidRequestException if the message has another role
     */
    public static AgentReply inputRequired(Message question) {
        return new AgentReply(said(question), RunState.INPUT_REQUIRED, null, null);
    }

    /**
     * The run waits for the caller's input.
     *
     * @param question what the caller is asked
     * @return the reply
     */
    public static AgentReply inputRequired(String question) {
        return inputRequired(Message.agent(question));
    }

    /**
     * The run waits until the caller has authenticated elsewhere and says so by an input.
     *
     * @param where what the caller is to do, of role {@link Role#AGENT}
     * @return the reply
     * @throws InvalidRequestException if the message has another role
     */
    public static AgentReply authRequired(Message where) {
        return new AgentReply(said(where), RunState.AUTH_REQUIRED, null, null);
    }

    /**
     * The run waits for a moment of the calendar. The next activation gets the request that the run began with.
     *
     * @param moment when to go on; not earlier, and later by no more than {@code copilot.runs.poll-interval} if a worker is free
     * @param note what the run waits for, for a person
     * @return the reply
     */
    public static AgentReply resumeAt(Instant moment, String note) {
        return new AgentReply(Message.agent(note), RunState.SUBMITTED, Objects.requireNonNull(moment, "moment"), null);
    }

    private static Message said(Message message) {
        if (message.role() != Role.AGENT) {
            throw new InvalidRequestException("a reply's message has the role AGENT, this one has " + message.role());
        }
        return message;
    }

    /**
     * A reply of one text.
     *
     * @param text the text
     * @return the reply
     */
    public static AgentReply text(String text) {
        return new AgentReply(Message.agent(text));
    }

    /**
     * A reply of data.
     *
     * @param data what {@link Data#of(Object)} takes; a record is turned into data by the context's {@code json()}
     * @return the reply
     * @throws InvalidRequestException if it is not data
     */
    public static AgentReply data(Object data) {
        return new AgentReply(Message.of(Role.AGENT, null, Data.of(data)));
    }

    /**
     * A reply of text and data.
     *
     * @param text the text
     * @param data what {@link Data#of(Object)} takes
     * @return the reply
     * @throws InvalidRequestException if it is not data
     */
    public static AgentReply of(String text, Object data) {
        return new AgentReply(Message.of(Role.AGENT, text, Data.of(data)));
    }

    /**
     * What comes of the run by this reply.
     *
     * @return {@link RunState#COMPLETED} for an answer; {@link RunState#INPUT_REQUIRED}, {@link RunState#AUTH_REQUIRED} or
     *     {@link RunState#SUBMITTED} (a moment is waited for) if the run is suspended
     */
    public RunState state() {
        return state;
    }

    /**
     * Whether the run is suspended, and no answer is there yet.
     *
     * @return true if the run goes on later
     */
    public boolean suspended() {
        return !state.terminal();
    }

    /**
     * When the run goes on.
     *
     * @return the moment, or empty unless one is waited for
     */
    public Optional<Instant> resumesAt() {
        return Optional.ofNullable(resumeAt);
    }

    /**
     * The run that is suspended. The caller of {@code invoke} finds it by this name to give it its input.
     *
     * @return the run's id; empty for an answer, and before the host has stored the run
     */
    public Optional<RunId> run() {
        return Optional.ofNullable(run);
    }

    /**
     * The same reply, with the run it belongs to. Called by the host.
     *
     * @param id the run
     * @return the reply
     */
    public AgentReply inRun(RunId id) {
        return new AgentReply(message, state, resumeAt, id);
    }

    /**
     * What the agent says: its answer, its question, or what it waits for.
     *
     * @return the message
     */
    public Message message() {
        return message;
    }

    /**
     * The text of the message.
     *
     * @return all text parts joined by line breaks, empty if there are none
     */
    public String text() {
        return message.text();
    }

    @Override
    public String toString() {
        return "AgentReply[" + (suspended() ? state + ", " : "") + message + "]";
    }
}
