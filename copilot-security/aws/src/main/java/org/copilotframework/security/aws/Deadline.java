package org.copilotframework.security.aws;

import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/** Until when several requests in turn must be done, of which the timeout of each would be too long. */
final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** Gives a request what is left. */
    Consumer<AwsRequestOverrideConfiguration.Builder> left() {
        Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        return request -> request.apiCallTimeout(left);
    }
}
