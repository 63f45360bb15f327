package org.copilotframework.api.error;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The orchestrator cannot take the call now (full, stopping, a plugin in exchange); the same call may succeed later. */
public final class UnavailableException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /** How long to wait. */
    private final Duration retryAfter;

    /**
     * Makes the error.
     *
     * @param message what is not available and why
     * @param retryAfter how long to wait before the same call is sent again, not negative
     */
    public UnavailableException(String message, Duration retryAfter) {
        this(message, retryAfter, null);
    }

    /**
     * Makes the error with the fault behind it.
     *
     * @param message what is not available and why
     * @param retryAfter how long to wait before the same call is sent again, not negative
     * @param cause the fault behind it, or null; of the host, never of a plugin
     */
    public UnavailableException(String message, Duration retryAfter, @Nullable Throwable cause) {
        super(ErrorCode.UNAVAILABLE, message, cause);
        this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(retryAfter);
    }
}
