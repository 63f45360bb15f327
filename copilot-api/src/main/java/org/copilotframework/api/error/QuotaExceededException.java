package org.copilotframework.api.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A limit of this tenant, caller or call is used up. */
public final class QuotaExceededException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /** Null if waiting does not help. */
    private final @Nullable Duration retryAfter;

    /**
     * Makes the error for a limit that waiting does not lift.
     *
     * @param message which limit, its value and the setting that holds it
     */
    public QuotaExceededException(String message) {
        this(message, null);
    }

    /**
     * Makes the error.
     *
     * @param message which limit, its value and the setting that holds it
     * @param retryAfter how long to wait before the same call may succeed, or null if waiting does not help
     */
    public QuotaExceededException(String message, @Nullable Duration retryAfter) {
        super(ErrorCode.QUOTA_EXCEEDED, message, null);
        this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
