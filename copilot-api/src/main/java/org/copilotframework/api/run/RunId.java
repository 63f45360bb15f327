package org.copilotframework.api.run;

import java.util.Objects;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The name of a run, given by the orchestrator. Later runs sort after earlier ones, to the millisecond.
 *
 * @param value 1 to 64 ASCII letters, digits, {@code -} and {@code _}
 */
public record RunId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /**
     * Checks the form.
     *
     * @throws InvalidRequestException if the value has another form
     */
    public RunId {
        Objects.requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
            throw new InvalidRequestException("a run id has 1 to 64 ASCII letters, digits, '-' and '_'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
