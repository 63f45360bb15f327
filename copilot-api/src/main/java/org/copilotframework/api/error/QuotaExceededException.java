package org.copilotframework.api.error;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.spi.authentication.UseLimit;
import org.jspecify.annotations.Nullable;

/** A limit of this tenant, caller or call is used up. */
public final class QuotaExceededException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /** Null if waiting does not help. */
    private final @Nullable Duration retryAfter;

    /** Null if it is not told; not kept where the error is written down. */
    private final transient @Nullable UseLimit limit;

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
        this(message, retryAfter, null);
    }

    /**
     * Makes the error for a credential that is good for so many requests.
     *
     * @param message which limit, its value and the setting that holds it
     * @param retryAfter how long to wait before the same call may succeed, or null if waiting does not help
     * @param limit the credential's limit, for whoever uses it; null if it is not told
     */
    public QuotaExceededException(String message, @Nullable Duration retryAfter, @Nullable UseLimit limit) {
        super(ErrorCode.QUOTA_EXCEEDED, message, null);
        this.retryAfter = retryAfter;
        this.limit = limit;
    }

    /**
     * The limit of the credential that was used too often.
     *
     * @return the limit, or empty if it is another one that is used up
     */
    public Optional<UseLimit> limit() {
        return Optional.ofNullable(limit);
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
