package org.copilotframework.api.spi.storage;

import java.time.Duration;
import java.util.Objects;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * A run to store for the first time. It gets the fence 1.
 *
 * @param id which run
 * @param change names this commit, so that it is known again if it is repeated: 1 to 80 characters of ASCII
 * @param agent the agent's name: 1 to 256 characters of well-formed Unicode without control characters
 * @param session the session it belongs to, or null
 * @param state the state it begins in: WORKING if a holder takes it at once
 * @param activation the activation that comes next, from 1
 * @param input what it is begun with
 * @param detail as {@link RunRecord#detail()}, or null
 * @param holder who takes it at once, with {@code due} as the end of his lease; or null; as in {@link Runs#claim}
 * @param due when it wants a worker
 * @param keep how long it is kept, for a run that is over at once: above zero, or null for always
 */
public record RunStart(
        RunId id,
        String change,
        String agent,
        @Nullable SessionId session,
        RunState state,
        int activation,
        Payload input,
        @Nullable Payload detail,
        @Nullable String holder,
        Due due,
        @Nullable Duration keep) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public RunStart {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(due, "due");
        Form.ascii("change", change, 80);
        Form.text("agent", agent, 256);
        Form.atLeast("activation", activation, 1);
        Form.holder(holder);
        Form.positive("keep", keep);
    }
}
