package org.copilotframework.api.spi.storage;

import java.util.Objects;

/**
 * One retained event of a run.
 *
 * @param position 1 for the run's first event, then one more each
 * @param content time and event
 */
public record StoredEvent(long position, Payload content) {
    /** Checks for null. */
    public StoredEvent {
        Objects.requireNonNull(content, "content");
    }
}
