package org.copilotframework.api.session;

import java.util.Objects;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The name of a session within its tenant, chosen by the caller.
 *
 * @param value 1 to 256 characters (UTF-16 units) of well-formed Unicode without control characters; it is never used as a
 *     path unchanged
 */
public record SessionId(String value) {
    /** The longest name, in UTF-16 units. */
    public static final int MAX_LENGTH = 256;

    /**
     * Checks the form.
     *
     * @throws InvalidRequestException if the value has another form
     */
    public SessionId {
        Objects.requireNonNull(value, "value");
        boolean wrong = value.isEmpty()
                || value.length() > MAX_LENGTH
                || value.codePoints()
                        .anyMatch(point -> Character.isISOControl(point)
                                || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
        if (wrong) {
            throw new InvalidRequestException("a session id has 1 to " + MAX_LENGTH
                    + " characters of well-formed Unicode and no control characters; this one has " + value.length()
                    + " characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
