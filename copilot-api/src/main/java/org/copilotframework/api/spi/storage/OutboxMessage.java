package org.copilotframework.api.spi.storage;

import java.util.Objects;

/**
 * Something that the world shall be told once the commit is made.
 *
 * @param topic where it goes; 1 to 256 characters
 * @param key messages of one tenant and key keep their order; 1 to 512 characters
 * @param content what is told
 */
public record OutboxMessage(String topic, String key, Payload content) {
    /** Checks for null. */
    public OutboxMessage {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(content, "content");
    }
}
