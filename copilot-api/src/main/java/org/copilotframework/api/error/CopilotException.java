package org.copilotframework.api.error;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of all errors that the orchestrator shows to a caller. What a caller can do about one is told by its class.
 *
 * <p>Instances are immutable but for the fields of {@link Throwable}, and hold JDK types only, so that one can be kept after
 * the plugin that caused it is gone.
 */
public abstract sealed class CopilotException extends RuntimeException
        permits InvalidRequestException,
                UnauthenticatedException,
                ForbiddenException,
                NotFoundException,
                ConflictException,
                QuotaExceededException,
                DeadlineExceededException,
                CanceledException,
                UnavailableException,
                AgentFailedException {
    private static final long serialVersionUID = 1L;

    /** The stable code. */
    private final ErrorCode code;

    CopilotException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = code;
    }

    /**
     * The stable code of this error.
     *
     * @return the code, the same for all instances of one class
     */
    public final ErrorCode code() {
        return code;
    }

    /**
     * The message, which is never null for these errors.
     *
     * @return what went wrong and what to do about it
     */
    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /**
     * Whether the same call, sent again unchanged, may succeed.
     *
     * @return true for {@link UnavailableException} and {@link QuotaExceededException} with a time to wait
     */
    public boolean retryable() {
        return retryAfter().isPresent();
    }

    /**
     * How long to wait before the same call is sent again.
     *
     * @return a duration that is not negative, or empty if waiting does not help
     */
    public Optional<Duration> retryAfter() {
        return Optional.empty();
    }
}
