package org.copilotframework.api.spi.secret;

import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * A secret as a source has it now.
 *
 * @param current what is to be used, 1 to {@value SecretSource#MAX_VALUE} characters
 * @param previous what was current before, as long as it shall be honoured still; empty if the source does not tell
 */
public record SecretValue(String current, Optional<String> previous) {
    /**
     * Checks the form.
     *
     * @throws InvalidRequestException if a value is empty or too long; shows neither
     */
    public SecretValue {
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(previous, "previous");
        check("current", current);
        previous.ifPresent(value -> check("previous", value));
    }

    /**
     * A secret of which nothing earlier is known.
     *
     * @param current what is to be used
     * @return the value
     */
    public static SecretValue of(String current) {
        return new SecretValue(current, Optional.empty());
    }

    private static void check(String component, String value) {
        if (value.isEmpty() || value.length() > SecretSource.MAX_VALUE) {
            throw new InvalidRequestException(component + ": a secret has 1 to " + SecretSource.MAX_VALUE
                    + " characters; this one has " + value.length());
        }
    }

    /** {@return that it is a secret, never which} */
    @Override
    public String toString() {
        return "SecretValue[*****]";
    }
}
