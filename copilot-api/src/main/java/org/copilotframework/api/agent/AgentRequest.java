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
    private static final int MAX_KEY = 255;

    private final String agent;
    private final Message message;
    private final @Nullable SessionId session;
    private final SessionPolicy sessionPolicy;
    private final @Nullable Duration timeout;
    private final @Nullable String idempotencyKey;

    private AgentRequest(Builder builder, Message message) {
        this.agent = builder.agent;
        this.message = message;
        this.session = builder.session;
        this.sessionPolicy = builder.sessionPolicy;
        this.timeout = builder.timeout;
        this.idempotencyKey = builder.idempotencyKey;
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

    /**
     * By what the caller knows this request again, if it has to be sent a second time.
     *
     * @return the key, or empty if the request is done as often as it is sent; an agent never sees one
     */
    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }

    /**
     * Checks the form of a key by which a request is known again.
     *
     * @param key the key
     * @return the same key
     * @throws InvalidRequestException if it does not have 1 to 255 printable characters of ASCII
     */
    public static String checkIdempotencyKey(String key) {
        boolean printable = key.chars().allMatch(one -> one > 0x20 && one < 0x7f);
        if (key.isEmpty() || key.length() > MAX_KEY || !printable) {
            throw new InvalidRequestException(
                    "idempotency key: has 1 to " + MAX_KEY + " printable characters of ASCII, without blanks");
        }
        return key;
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
        private @Nullable String idempotencyKey;

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
         * Has this request done once, however often it is sent. The first one with a key begins a run, which is stored together
         * with the key; each further one of the same tenant and subject, in whatever process, gets that run, or waits for its
         * reply, and is charged nothing. A key is known for {@code copilot.invoke.idempotency-ttl}. A request that says something
         * else under a key that is known is a {@link org.copilotframework.api.error.ConflictException}; another timeout is no
         * other request. A run that was refused before its agent saw it is begun anew.
         *
         * <p>Since its run is stored, {@code invoke} of such a request goes on when its caller stops to wait, and does not run on
         * the calling thread. Keys are for calls from outside: an agent has {@link AgentContext#step} for this.
         *
         * @param key 1 to 255 printable characters of ASCII without blanks, such as a random UUID
         * @return this builder
         * @throws InvalidRequestException if the key has another form
         */
        public Builder idempotencyKey(String key) {
            this.idempotencyKey = checkIdempotencyKey(key);
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
