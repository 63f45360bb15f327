package org.copilotframework.core.storage;

import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;

/** What each call to the store in memory passes: an open store, a limit within its range. */
final class Door {
    private volatile boolean closed;

    void close() {
        closed = true;
    }

    void check() {
        if (closed) {
            throw new UnavailableException("the store in memory is closed", Duration.ZERO);
        }
    }

    static void checkLimit(int limit, int max) {
        if (limit < 1 || limit > max) {
            throw new InvalidRequestException("limit: must be from 1 to " + max + ", not " + limit);
        }
    }
}
