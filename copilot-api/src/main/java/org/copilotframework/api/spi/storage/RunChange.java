package org.copilotframework.api.spi.storage;

import java.time.Duration;
import java.util.Objects;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/**
 * A change of a stored run. It is made only if the run still has the fence and has not ended; then the fence is one more and
 * the count of attempts is 0.
 *
 * @param id which run
 * @param fence the fence the run is expected to have
 * @param change names this commit, so that it is known again if it is repeated: 1 to 80 characters of ASCII
 * @param state the new state
 * @param activation the activation that comes next, from 1
 * @param detail what it leaves for the next change, in place of what the last one left; or null
 * @param holder who has taken it, with {@code due} as the end of his lease; null to let go of it; as in {@link Runs#claim}
 * @param due when it next wants a worker; {@link Due#never()} once it has ended
 * @param keep how long it is kept, once it has ended: above zero, or null for always
 */
public record RunChange(
        RunId id,
        long fence,
        String change,
        RunState state,
        int activation,
        @Nullable Payload detail,
        @Nullable String holder,
        Due due,
        @Nullable Duration keep) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public RunChange {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(due, "due");
        Form.atLeast("fence", fence, 1);
        Form.ascii("change", change, 80);
        Form.atLeast("activation", activation, 1);
        Form.holder(holder);
        Form.positive("keep", keep);
    }
}
