package org.copilotframework.core.secret;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.secret.SecretValue;
import org.jspecify.annotations.Nullable;

/**
 * The source {@code env}: the secret {@code db-password} is the variable {@code COPILOT_SECRET_DB_PASSWORD}, and what it was before
 * {@code COPILOT_SECRET_DB_PASSWORD_PREVIOUS}. The variables of a process do not change, so neither do these.
 */
final class EnvironmentSecrets implements SecretSource, SecretSourceProvider {
    static final String NAME = "env";
    private static final String PREFIX = "COPILOT_SECRET_";

    private final Map<String, String> variables;

    EnvironmentSecrets(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** The variable in which a secret lies. */
    static String variable(String name) {
        return PREFIX + name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SecretSource open(ProviderContext context) {
        return this;
    }

    @Override
    public Optional<SecretValue> read(String name) {
        String variable = variable(name);
        String current = value(variable);
        return current == null
                ? Optional.empty()
                : Optional.of(new SecretValue(current, Optional.ofNullable(value(variable + "_PREVIOUS"))));
    }

    /** Null if it is not set, or empty: many a tool sets what is not there to nothing. */
    private @Nullable String value(String variable) {
        String value = variables.getOrDefault(variable, "");
        if (value.length() > MAX_VALUE) {
            throw new InvalidRequestException("the variable " + variable + " has " + value.length()
                    + " characters, and a secret has at most " + MAX_VALUE);
        }
        return value.isEmpty() ? null : value;
    }

    @Override
    public void close() {
        // There is nothing that is open.
    }
}
