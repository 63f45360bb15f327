package org.copilotframework.core.settings;

import java.time.Duration;
import java.util.Optional;

/** How sessions are kept: {@code copilot.sessions}. */
public final class SessionSettings {
    private final CoreValues values;

    SessionSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return how many turns a session keeps; 0 for all} */
    public int keepTurns() {
        return values.of(CoreSettings.SESSIONS_KEEP_TURNS);
    }

    /** {@return how long a session is kept to which nothing is added} */
    public Optional<Duration> maxIdle() {
        return values.optional(CoreSettings.SESSIONS_MAX_IDLE);
    }
}
