package org.copilotframework.api.plugin;

import java.util.Objects;
import java.util.Optional;

/** A secret that does not change. */
final class FixedSecret implements Secret {
    private final String value;

    FixedSecret(String value) {
        this.value = Objects.requireNonNull(value, "value");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a secret is not empty");
        }
    }

    @Override
    public String value() {
        return value;
    }

    @Override
    public Optional<String> previous() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "*****";
    }
}
