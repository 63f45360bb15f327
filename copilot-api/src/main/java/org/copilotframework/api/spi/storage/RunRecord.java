package org.copilotframework.api.spi.storage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stored run.
 *
 * @param head where it stands
 * @param input what it was begun with; never changes
 * @param detail what its last change left for the next one: a question, an input, a reply or an error; or null
 */
public record RunRecord(
        RunHead head, Payload input, @Nullable Payload detail) {
    /** Checks for null. */
    public RunRecord {
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(input, "input");
    }
}
