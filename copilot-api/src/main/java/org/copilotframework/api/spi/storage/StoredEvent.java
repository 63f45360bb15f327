package org.copilotframework.api.spi.storage;

import java.util.Objects;

/**
 * One retained event of a run.
 *
 * @param position 1 for the run's first event, then one more each
 * @param content time and event
 */
public record StoredEvent(long position, Payload content) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public StoredEvent {
        Objects.requireNonNull(content, "content");
        Form.atLeast("position", position, 1);
    }
}
