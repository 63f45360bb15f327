package org.copilotframework.core.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One of core's own settings, as {@link CoreSettings} lists it.
 *
 * @param key the whole key
 * @param type the type of its value
 * @param fallback what stands where nothing is set, as it would be written in a file; null, or what may end in nothing, if the setting is
 *     optional
 * @param least the least value of a number or size
 * @param meaning a sentence
 * @param <T> the type of its value
 */
record Setting<T>(String key, Class<T> type, @Nullable String fallback, long least, String meaning) {
    /** Whether there may be no value at all. */
    boolean optional() {
        return fallback == null || fallback.endsWith(":}");
    }

    /** What this value lacks, or null. */
    @Nullable
    String lack(Object value) {
        if (value instanceof Duration duration) {
            return duration.isZero() || duration.isNegative() ? "a duration of more than nothing" : null;
        } else if (value instanceof ByteSize size) {
            return size.bytes() < least ? "at least " + least : null;
        }
        return value instanceof Integer number && number < least ? "at least " + least : null;
    }
}
