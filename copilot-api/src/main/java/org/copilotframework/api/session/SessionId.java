package org.copilotframework.api.session;

import java.util.Objects;
import java.util.UUID;
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

    /**
     * Makes a name that nobody has: a UUID of version 7 (RFC 9562, 5.7), in its text form of 36 characters. Later ones sort after
     * earlier ones, to the millisecond. A store that keeps sessions in the order in which they begin, as PostgreSQL does, so finds those
     * of a page side by side; with names in no order it looks for each somewhere else. 74 of its bits are random, from a
     * {@link java.security.SecureRandom}.
     *
     * @return the name
     */
    public static SessionId unique() {
        UUID random = UUID.randomUUID();
        long timeAndVersion = System.currentTimeMillis() << 16 | 0x7000 | random.getMostSignificantBits() & 0xFFF;
        return new SessionId(new UUID(timeAndVersion, random.getLeastSignificantBits()).toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
