package org.copilotframework.api.caller;

import java.util.Objects;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The name of a tenant: part of every key under which anything is stored.
 *
 * <p>The alphabet is narrow on purpose, so that a tenant's name is safe as a folder, a key and a label everywhere.
 *
 * @param value 1 to 128 characters: letters and digits of ASCII, {@code .}, {@code _} and {@code -}, beginning with a letter
 *     or digit
 */
public record TenantId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /**
     * Checks the form.
     *
     * @throws InvalidRequestException if the value has another form
     */
    public TenantId {
        Objects.requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
            throw new InvalidRequestException("a tenant is named by 1 to 128 ASCII letters, digits, '.', '_' and '-',"
                    + " beginning with a letter or digit; this name is not");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
