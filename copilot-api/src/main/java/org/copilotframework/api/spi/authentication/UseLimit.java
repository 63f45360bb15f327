package org.copilotframework.api.spi.authentication;

import java.time.Duration;
import java.util.Objects;

/**
 * How often a credential may be used, and how often it still may. A face tells it to whoever uses the credential.
 *
 * @param limit how many requests are let in within a window
 * @param window how long a window is
 * @param remaining how many more the present one has at most; others who use the same credential may have taken some of them
 * @param reset when the next window begins, from now
 */
public record UseLimit(long limit, Duration window, long remaining, Duration reset) {
    /** Checks for null. */
    public UseLimit {
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(reset, "reset");
    }
}
