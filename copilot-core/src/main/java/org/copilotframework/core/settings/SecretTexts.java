package org.copilotframework.core.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.secret.AwaitedSourceException;
import org.copilotframework.core.secret.Secrets;
import org.jspecify.annotations.Nullable;

/** Makes texts of values that refer to secrets. */
final class SecretTexts {
    private final @Nullable Secrets secrets;

    /**
     * Begins.
     *
     * @param secrets the secrets; null for settings that may refer to none, for they say where secrets come from
     */
    SecretTexts(@Nullable Secrets secrets) {
        this.secrets = secrets;
    }

    /**
     * The text of a value, with the secrets as they are now. Null if it refers to what a secret was before, and there is no such
     * thing, so that nothing is set; or if something is wrong, which is a problem then.
     *
     * @throws AwaitedSourceException if a source is not there yet
     * @throws UnavailableException if a source fails
     */
    @Nullable
    String text(String key, Value value, Problems problems) {
        if (!value.holdsSecret()) {
            return value.form();
        } else if (secrets == null) {
            problems.tooEarly(key);
            return null;
        }
        Map<Value.Reference, String> meant = new HashMap<>();
        for (Value.Reference one : value.secrets()) {
            SecretValue read = read(key, one, problems);
            Optional<String> text = one.previous() && read != null
                    ? read.previous()
                    : Optional.ofNullable(read).map(SecretValue::current);
            if (text.isEmpty()) {
                return null;
            }
            meant.put(one, text.get());
        }
        return value.text(one -> meant.getOrDefault(one, ""));
    }

    private @Nullable SecretValue read(String key, Value.Reference one, Problems problems) {
        try {
            return secrets == null ? null : secrets.text(one.name());
        } catch (NotFoundException | InvalidRequestException wrong) {
            problems.secret(key, one, wrong.getMessage());
            return null;
        } catch (UnavailableException down) {
            throw new UnavailableException(
                    key + " refers to the secret '" + one.name() + "': " + down.getMessage(),
                    down.retryAfter().orElseThrow());
        }
    }

    /** A secret that is asked for anew each time; null as of {@link #text}. */
    @Nullable
    Secret secret(String key, Value value, Problems problems) {
        if (!value.holdsSecret()) {
            // Only a @Default is empty, and a secret is not.
            return value.form().isEmpty() ? null : Secret.of(value.form());
        }
        Map<String, Supplier<SecretValue>> live = new HashMap<>();
        if (secrets == null) {
            return text(key, value, problems) == null ? null : Secret.of(value.form());
        }
        for (Value.Reference one : value.secrets()) {
            if (one.previous()) {
                problems.beforeItself(key, one);
                return null;
            }
            try {
                live.put(one.name(), secrets.live(one.name()));
            } catch (NotFoundException | InvalidRequestException wrong) {
                problems.secret(key, one, wrong.getMessage());
                return null;
            }
        }
        return new LiveSecret(value, live);
    }
}
