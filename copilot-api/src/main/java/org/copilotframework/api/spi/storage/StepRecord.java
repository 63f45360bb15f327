package org.copilotframework.api.spi.storage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a run that was journaled.
 *
 * @param key the step's key, unique within its run: 1 to 256 characters of well-formed Unicode without control characters
 * @param result its result; null if it is only known that the step was about to begin
 */
public record StepRecord(String key, @Nullable Payload result) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public StepRecord {
        Objects.requireNonNull(key, "key");
        Form.text("step key", key, 256);
    }
}
