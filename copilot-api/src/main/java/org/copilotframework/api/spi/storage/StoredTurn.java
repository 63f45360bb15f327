package org.copilotframework.api.spi.storage;

import java.time.Instant;
import java.util.Objects;

/**
 * One entry of a session's log as it is stored.
 *
 * @param id the activation that made this turn, {@code runId/n}: 1 to 80 characters of ASCII
 * @param version 1 for the session's first turn, then one more each
 * @param time when the turn was made, by the clock of the process that ran the agent; kept to the millisecond or finer
 * @param agent the agent's name: 1 to 256 characters of well-formed Unicode without control characters
 * @param content what was said to the agent, and what it said
 */
public record StoredTurn(String id, long version, Instant time, String agent, Payload content) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public StoredTurn {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(content, "content");
        Form.ascii("turn id", id, 80);
        Form.atLeast("version", version, 1);
        Form.text("agent", agent, 256);
    }
}
