package org.copilotframework.core.secret;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.secret.SecretValue;
import org.jspecify.annotations.Nullable;

/**
 * The source {@code env}: the secret {@code db-password} is the variable {@code COPILOT_SECRET_DB_PASSWORD}, and what it was before
 * {@code COPILOT_SECRET_DB_PASSWORD_PREVIOUS}. The variables of a process do not change, so neither do these. Several names may
 * come to one variable: then none but the first gets it.
 */
final class EnvironmentSecrets implements SecretSource, SecretSourceProvider {
    static final String NAME = "env";
    private static final String PREFIX = "COPILOT_SECRET_";
    private static final String BEFORE = "_PREVIOUS";

    private final Map<String, String> variables;
    /** Which secret each variable was taken for. */
    private final Map<String, String> taken = new ConcurrentHashMap<>();

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
        if (current == null) {
            return Optional.empty();
        }
        demandItsOwn(name, variable);
        return Optional.of(new SecretValue(current, Optional.ofNullable(value(variable + BEFORE))));
    }

    /** Nobody is given a secret that was meant by another name. */
    private void demandItsOwn(String name, String variable) {
        if (!name.chars().allMatch(c -> c < 128)) {
            throw new InvalidRequestException(
                    "the variable " + variable + " may be meant for another name: only letters"
                            + " of ASCII are told from each other; give the secret a name of these");
        } else if (variable.endsWith(BEFORE)) {
            throw new InvalidRequestException(
                    "the variable " + variable
                            + " is what another secret was before; refer to that with @previous, or give this one another name");
        }
        String first = taken.putIfAbsent(variable, name);
        if (first != null && !first.equals(name)) {
            throw new InvalidRequestException("the variable " + variable + " is the secret '" + first
                    + "' already; give one of the two a name that differs in more than case and signs");
        }
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
