package org.copilotframework.api.spi.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.jspecify.annotations.Nullable;

/**
 * What an activation changes in its session.
 *
 * @param session which session
 * @param turn the turn to append; its version is one more than the version the session is expected at
 * @param state entries of state to write; a null value removes the entry
 */
public record SessionChange(SessionId session, Turn turn, Map<String, @Nullable Data> state) {
    /** Checks and copies. */
    public SessionChange {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(turn, "turn");
        state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    }
}
