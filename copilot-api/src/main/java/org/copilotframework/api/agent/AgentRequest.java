package org.copilotframework.api.agent;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.SessionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What to say to which agent, and under which terms. Immutable.
 *
 * <pre>{@code
 * AgentRequest request = AgentRequest.to("docs").text("how do I write an agent?").session("s1").build();
 * }</pre>
 */
public final class AgentRequest {
    private final String agent;
    private final Message message;
    private final @Nullable SessionId session;
    private final SessionPolicy sessionPolicy;
    private final @Nullable Duration timeout;

    private AgentRequest(Builder builder, Message message) {
        this.agent = builder.agent;
        this.message = message;
        this.session = builder.session;
        this.sessionPolicy = builder.sessionPolicy;
        this.timeout = builder.timeout;
    }

    /**
     * Begins a request.
     *
     * @param agent the agent's name; whether there is such an agent is seen when the request is sent
     * @return a new builder
     */
    public static Builder to(String agent) {
        return new Builder(Objects.requireNonNull(agent, "agent"));
    }

    /**
     * The agent to call.
     *
     * @return its name
     */
    public String agent() {
        return agent;
    }

    /**
     * What to say.
     *
     * @return the message
     */
    public Message message() {
        return message;
    }

    /**
     * The text to say.
     *
     * @return all text parts joined by line breaks, empty if there are none
     */
    public String text() {
        return message.text();
    }

    /**
     * The session that the call belongs to.
     *
     * @return the session, or empty if the call stands alone
     */
    public Optional<SessionId> session() {
        return Optional.ofNullable(session);
    }

    /**
     * What happens if the session is at work on an earlier call.
     *
     * @return the policy, {@link SessionPolicy#ENQUEUE} unless set
     */
    public SessionPolicy sessionPolicy() {
        return sessionPolicy;
    }

    /**
     * How long the call may take: one that is invoked in all, waiting included; one that is submitted from when its agent
     * begins, for each activation anew.
     *
     * @return the time, or empty for the orchestrator's default; a child call never gets more than its parent has left
     */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    @Override
    public String toString() {
        return "AgentRequest[" + agent + (session == null ? "" : ", session " + session) + ", " + message + "]";
    }

    /** Builds a request. Not safe for use by several threads. */
    public static final class Builder {
        private final String agent;
        private @Nullable Message message;
        private @Nullable String text;
        private @Nullable Data data;
        private @Nullable SessionId session;
        private SessionPolicy sessionPolicy = SessionPolicy.ENQUEUE;
        private @Nullable Duration timeout;

        private Builder(String agent) {
            this.agent = agent;
        }

        /**
         * Says a text.
         *
         * @param text the text
         * @return this builder
         */
        public Builder text(String text) {
            this.text = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * Says data.
         *
         * @param data what {@link Data#of(Object)} takes
         * @return this builder
         * @throws InvalidRequestException if it is not data
         */
        public Builder data(Object data) {
            this.data = Data.of(Objects.requireNonNull(data, "data"));
            return this;
        }

        /**
         * Says a message of any parts, in place of text and data.
         *
         * @param message the message, of role {@link Role#USER}
         * @return this builder
         */
        public Builder message(Message message) {
            this.message = Objects.requireNonNull(message, "message");
            return this;
        }

        /**
         * Makes the call part of a session.
         *
         * @param id the session's name
         * @return this builder
         * @throws InvalidRequestException if the name has a wrong form
         */
        public Builder session(String id) {
            this.session = new SessionId(id);
            return this;
        }

        /**
         * Sets what happens if the session is at work on an earlier call.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder sessionPolicy(SessionPolicy policy) {
            this.sessionPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how long the call may take; {@link AgentRequest#timeout()} says from when on.
         *
         * @param timeout a time above zero
         * @return this builder
         * @throws InvalidRequestException if the time is zero or less
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new InvalidRequestException("timeout: must be above zero, not " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Builds the request.
         *
         * @return the request
         * @throws InvalidRequestException if nothing is said, both a message and text or data are set, or the message's role
         *     is not {@link Role#USER}
         */
        public AgentRequest build() {
            Message said = message;
            if (said == null) {
                if (text == null && data == null) {
                    throw new InvalidRequestException("message: a request needs a text, data or a message");
                }
                said = Message.of(Role.USER, text, data);
            } else if (text != null || data != null) {
                throw new InvalidRequestException("message: set either a message, or text and data, not both");
            } else if (said.role() != Role.USER) {
                throw new InvalidRequestException("message: a request's message has the role USER, not " + said.role());
            }
            return new AgentRequest(this, said);
        }
    }
}
