package org.copilotframework.core.settings;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.secret.SecretValue;

/**
 * A setting with secrets in it, made anew of what they are whenever it is asked for. As long as it is held by somebody, its secrets are
 * kept fresh. None of them is one as it was before.
 */
final class LiveSecret implements Secret {
    private final Value value;
    private final Map<String, Supplier<SecretValue>> live;

    LiveSecret(Value value, Map<String, Supplier<SecretValue>> live) {
        this.value = value;
        this.live = Map.copyOf(live);
    }

    private SecretValue now(Value.Reference one) {
        return Objects.requireNonNull(live.get(one.name()), one.name()).get();
    }

    @Override
    public String value() {
        return value.text(one -> now(one).current());
    }

    @Override
    public Optional<String> previous() {
        if (value.secrets().stream().noneMatch(one -> now(one).previous().isPresent())) {
            return Optional.empty();
        }
        return Optional.of(value.text(one -> {
            SecretValue now = now(one);
            return now.previous().orElse(now.current());
        }));
    }

    @Override
    public String toString() {
        return "*****";
    }
}
