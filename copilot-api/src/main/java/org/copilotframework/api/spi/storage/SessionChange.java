package org.copilotframework.api.spi.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * What an activation changes in its session.
 *
 * @param session which session
 * @param turn the turn to append; its version is one more than the version the session is expected at
 * @param state entries of state to write; a null value removes the entry. A key has 1 to 512 characters of well-formed Unicode
 *     without control characters
 * @param keepTurns how many turns the session shall keep, this one included; 0 for all. To keep the cost of a commit constant
 *     a store may drop as few as two turns per commit, so a session that has many more shrinks over the next commits
 */
public record SessionChange(SessionId session, StoredTurn turn, Map<String, @Nullable Payload> state, int keepTurns) {
    /**
     * Checks and copies.
     *
     * @throws InvalidRequestException if a key of state has another form, or {@code keepTurns} is below 0
     */
    public SessionChange {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(turn, "turn");
        state.keySet().forEach(key -> Form.text("state key", key, 512));
        state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
        if (keepTurns < 0) {
            throw new InvalidRequestException("keepTurns: must be 0 (all) or more, not " + keepTurns);
        }
    }
}
