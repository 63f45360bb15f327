package org.copilotframework.api.spi.storage;

import java.util.Objects;

/**
 * A value with its version.
 *
 * @param key its key
 * @param value the value; of a counter, its decimal digits in ASCII
 * @param version above 0; another one after each change, also if the value was deleted or expired and made anew
 */
public record StoredValue(String key, Payload value, long version) {
    /** Checks for null. */
    public StoredValue {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
    }
}
