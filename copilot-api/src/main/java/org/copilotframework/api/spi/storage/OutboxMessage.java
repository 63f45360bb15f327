package org.copilotframework.api.spi.storage;

import java.util.Objects;

/**
 * Something that the world shall be told once the commit is made.
 *
 * @param topic where it goes; 1 to 256 characters of well-formed Unicode without control characters
 * @param key messages of one tenant and key keep their order; 1 to 512 characters of the same kind
 * @param content what is told
 */
public record OutboxMessage(String topic, String key, Payload content) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public OutboxMessage {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(content, "content");
        Form.text("topic", topic, 256);
        Form.text("message key", key, 512);
    }
}
