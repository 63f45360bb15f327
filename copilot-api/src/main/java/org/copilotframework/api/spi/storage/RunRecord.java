package org.copilotframework.api.spi.storage;

import java.time.Instant;
import java.util.Objects;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * A submitted run as it is stored.
 *
 * @param id which run
 * @param agent the agent's name
 * @param session the session it belongs to, or null
 * @param state where it stands
 * @param changed when it came into that state, by the clock of the process that ran it
 * @param reply what the agent said, or null unless the run is completed
 * @param error why it failed, or null unless it did
 * @param errorMessage why it failed, in words, or null unless it did
 */
public record RunRecord(
        RunId id,
        String agent,
        @Nullable SessionId session,
        RunState state,
        Instant changed,
        @Nullable Message reply,
        @Nullable ErrorCode error,
        @Nullable String errorMessage) {
    /** Checks for null. */
    public RunRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(changed, "changed");
    }
}
