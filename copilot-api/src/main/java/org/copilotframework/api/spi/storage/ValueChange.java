package org.copilotframework.api.spi.storage;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one value, made only if the value is at the expected version.
 *
 * @param key which value
 * @param expected the version it is expected at; 0 if it must not be there
 * @param value the new value, or null to delete it
 * @param ttl how long the new value lives, by the store's clock: above zero, or null for always
 */
public record ValueChange(
        String key,
        long expected,
        @Nullable Payload value,
        @Nullable Duration ttl) {
    /**
     * Checks the form.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if something has another form
     */
    public ValueChange {
        KeyValues.checkKey(key);
        Form.atLeast("expected", expected, 0);
        Form.positive("ttl", ttl);
    }

    /**
     * A value that must not be there yet, such as a receipt or an idempotency record; that of a message that was received is made
     * by {@link Inbox#received}.
     *
     * @param key which value
     * @param value the value
     * @param ttl how long it lives; null for always
     * @return the change
     */
    public static ValueChange insert(String key, Payload value, @Nullable Duration ttl) {
        return new ValueChange(key, 0, Objects.requireNonNull(value, "value"), ttl);
    }

    /**
     * Another value in place of the present one.
     *
     * @param key which value
     * @param expected the version it is expected at
     * @param value the new value
     * @param ttl how long it lives; null for always
     * @return the change
     */
    public static ValueChange update(String key, long expected, Payload value, @Nullable Duration ttl) {
        return new ValueChange(key, expected, Objects.requireNonNull(value, "value"), ttl);
    }

    /**
     * No value any more.
     *
     * @param key which value
     * @param expected the version it is expected at
     * @return the change
     */
    public static ValueChange delete(String key, long expected) {
        return new ValueChange(key, expected, null, null);
    }
}
