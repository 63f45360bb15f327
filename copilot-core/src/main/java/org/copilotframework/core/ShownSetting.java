package org.copilotframework.core;

import java.util.Objects;

/**
 * One setting as it stands, for an operator to read.
 *
 * @param key its key, such as {@code copilot.invoke.timeout}; of what only a plugin can tell the key, the variable of the environment
 * @param value its value as it was written; {@value #HIDDEN} if it is a secret, or may be one
 * @param hidden whether the value is not shown
 * @param source where it comes from: such as {@code the environment (DATABASE_URL)}, {@code .env (LOG_LEVEL)}, a file, or {@code the
 *     default}
 */
public record ShownSetting(String key, String value, boolean hidden, String source) {
    /** What stands in the place of a value that is not shown. */
    public static final String HIDDEN = "(set)";

    /** Checks for null. */
    public ShownSetting {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(source, "source");
    }
}
