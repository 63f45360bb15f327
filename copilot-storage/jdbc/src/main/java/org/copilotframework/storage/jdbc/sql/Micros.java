package org.copilotframework.storage.jdbc.sql;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments and times as the tables keep them: microseconds in a long, and what is out of reach as the last one within. */
public final class Micros {
    private static final long SECOND = 1_000_000;
    /** As far as anything is put off; twice as much still fits in a long. */
    private static final long FAR = Long.MAX_VALUE / 4;

    /** A day. */
    public static final long DAY = 86_400 * SECOND;

    private Micros() {}

    /**
     * Makes a number of a moment.
     *
     * @param moment the moment
     * @return microseconds since 1970
     */
    public static long of(Instant moment) {
        long seconds = moment.getEpochSecond();
        if (seconds >= FAR / SECOND) {
            return FAR;
        } else if (seconds <= -FAR / SECOND) {
            return -FAR;
        }
        return seconds * SECOND + moment.getNano() / 1_000;
    }

    /**
     * Makes a number of a time. A part of a microsecond counts as a whole one, so that no time above zero becomes zero.
     *
     * @param time the time
     * @return microseconds
     */
    public static long of(Duration time) {
        long seconds = time.getSeconds();
        if (seconds >= FAR / SECOND) {
            return FAR;
        } else if (seconds <= -FAR / SECOND) {
            return -FAR;
        }
        return seconds * SECOND + (time.getNano() + 999) / 1_000;
    }

    /**
     * Makes a number of a time that may not be said.
     *
     * @param time the time, or null
     * @return microseconds, or null
     */
    public static @Nullable Long orNull(@Nullable Duration time) {
        return time == null ? null : of(time);
    }

    /**
     * Makes a moment of a number.
     *
     * @param micros microseconds since 1970
     * @return the moment
     */
    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, SECOND), Math.floorMod(micros, SECOND) * 1_000);
    }

    /** {@return this process's clock, in microseconds since 1970} */
    public static long now() {
        return of(Instant.now());
    }
}
