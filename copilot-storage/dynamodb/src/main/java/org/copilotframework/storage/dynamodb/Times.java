package org.copilotframework.storage.dynamodb;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Moments as the table holds them: milliseconds since 1970, the farthest ones cut. */
final class Times {
    private Times() {}

    static long millis(Instant moment) {
        try {
            return moment.toEpochMilli();
        } catch (ArithmeticException tooFar) {
            return moment.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static long millis(Duration time) {
        return TimeUnit.SECONDS.toMillis(time.getSeconds()) == Long.MAX_VALUE ? Long.MAX_VALUE : time.toMillis();
    }

    /** A moment that is some time after another, as far as there are moments. */
    static Instant after(Instant moment, Duration time) {
        try {
            return moment.plus(time);
        } catch (DateTimeException | ArithmeticException tooFar) {
            return Instant.ofEpochMilli(Long.MAX_VALUE);
        }
    }

    /** What DynamoDB's own expiry reads: seconds, rounded up. */
    static long seconds(long millis) {
        return Math.floorDiv(millis, 1000) + 1;
    }

    static long day(Instant moment) {
        return Math.floorDiv(millis(moment), TimeUnit.DAYS.toMillis(1));
    }
}
