package org.copilotframework.api.run;

import java.util.Objects;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens in a run before its reply. A minor version may add a kind, so a {@code switch} over events should
 * have a default branch.
 */
public sealed interface Event {
    /**
     * The run changed its state. Made by the host only.
     *
     * @param state the new state
     */
    record State(RunState state) implements Event {
        /** Checks for null. */
        public State {
            Objects.requireNonNull(state, "state");
        }
    }

    /**
     * The run waits for the caller's input. Made by the host only, before the change of state.
     *
     * @param message what the caller is asked
     */
    record Question(Message message) implements Event {
        /** Checks for null. */
        public Question {
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * How far the work is, for a person.
     *
     * @param message what is being done
     * @param fraction how much is done, from 0 to 1, or null if that is not known
     */
    record Progress(String message, @Nullable Double fraction) implements Event {
        /**
         * Checks.
         *
         * @throws InvalidRequestException if the fraction is outside 0 to 1
         */
        public Progress {
            Objects.requireNonNull(message, "message");
            if (fraction != null && !(fraction >= 0 && fraction <= 1)) {
                throw new InvalidRequestException("progress is a fraction from 0 to 1, not " + fraction);
            }
        }
    }

    /**
     * A further piece of the reply's text.
     *
     * @param delta the piece, which follows the pieces before it
     */
    record Text(String delta) implements Event {
        /** Checks for null. */
        public Text {
            Objects.requireNonNull(delta, "delta");
        }
    }

    /**
     * Something of the agent's own.
     *
     * @param name what it is, in words of the agent's own
     * @param data its content
     */
    record Custom(String name, Data data) implements Event {
        /** Checks for null. */
        public Custom {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(data, "data");
        }
    }
}
