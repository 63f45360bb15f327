package org.copilotframework.api.spi.storage;

import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * What a {@linkplain Storage#sweep sweep} may delete beside what has a time of its own.
 *
 * @param idleSessions sessions to which nothing was committed for so long; a store may keep them up to a day longer; null to
 *     keep all
 */
public record Retention(@Nullable Duration idleSessions) {
    /**
     * Checks.
     *
     * @throws InvalidRequestException if a time is zero or less
     */
    public Retention {
        if (idleSessions != null && (idleSessions.isZero() || idleSessions.isNegative())) {
            throw new InvalidRequestException("idleSessions: must be above zero, not " + idleSessions);
        }
    }
}
