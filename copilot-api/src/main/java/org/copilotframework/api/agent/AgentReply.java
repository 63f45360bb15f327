package org.copilotframework.api.agent;

import java.util.Objects;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;

/** What an agent gives back from one activation. Immutable. */
public final class AgentReply {
    private final Message message;

    private AgentReply(Message message) {
        this.message = Objects.requireNonNull(message, "message");
    }

    /**
     * A reply of any parts.
     *
     * @param message the message, of role {@link Role#AGENT}
     * @return the reply
     * @throws InvalidRequestException if the message has another role
     */
    public static AgentReply of(Message message) {
        if (message.role() != Role.AGENT) {
            throw new InvalidRequestException("a reply's message has the role AGENT, this one has " + message.role());
        }
        return new AgentReply(message);
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
     * What the agent says.
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
        return "AgentReply[" + message + "]";
    }
}
