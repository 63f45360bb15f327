package org.copilotframework.core.secret;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.provider.FoundProvider;
import org.jspecify.annotations.Nullable;

/** A source that is open, and whose faults are told in our words: in its own there may be a secret. */
final class OpenSource implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final SecretSource source;
    private final @Nullable FoundProvider<SecretSourceProvider, String> provider;

    /**
     * Takes a source over.
     *
     * @param provider who opened it, and in whose surroundings it is called; null for one of ours
     */
    OpenSource(SecretSource source, @Nullable FoundProvider<SecretSourceProvider, String> provider) {
        this.source = source;
        this.provider = provider;
    }

    Optional<SecretValue> read(String name) {
        return provider == null
                ? guarded(name)
                : provider.call(surroundings -> guarded(name), "read the secret '" + name + "'");
    }

    private Optional<SecretValue> guarded(String name) {
        try {
            Optional<SecretValue> value = source.read(name);
            if (value != null) {
                return value;
            }
        } catch (InvalidRequestException | UnavailableException told) {
            throw told;
        } catch (CopilotException other) {
            throw new UnavailableException(
                    "it fails: " + other.getMessage(), other.retryAfter().orElse(RETRY));
        } catch (RuntimeException | LinkageError broken) {
            StackTraceElement[] trace = broken.getStackTrace();
            throw new UnavailableException(
                    "it is broken: " + broken.getClass().getName()
                            + (trace.length == 0 ? "" : " at " + trace[0])
                            + "; its message is not shown, for it may hold a secret",
                    RETRY);
        }
        throw new UnavailableException("it is broken: it returned null", RETRY);
    }

    @Override
    public void close() {
        if (provider == null) {
            source.close();
        } else {
            provider.call(
                    surroundings -> {
                        source.close();
                        return "";
                    },
                    "close the source of secrets");
        }
    }
}
