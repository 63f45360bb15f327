package org.copilotframework.api.session;

import java.time.Instant;
import java.util.Objects;
import org.copilotframework.api.message.Message;

/**
 * One entry of a session's log: what was said to an agent, and what it said.
 *
 * @param id the activation that made this turn: {@code runId/n}; unique within its session
 * @param version 1 for the session's first turn, then one more each
 * @param time when the turn was made, by the clock of the process that ran the agent
 * @param agent the agent's name
 * @param request what was said to the agent
 * @param reply what the agent said
 */
public record Turn(String id, long version, Instant time, String agent, Message request, Message reply) {
    /** Checks for null. */
    public Turn {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(reply, "reply");
    }
}
