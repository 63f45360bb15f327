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

    /** A moment in microseconds since 1970. */
    public static long of(Instant moment) {
        long seconds = moment.getEpochSecond();
        if (seconds >= FAR / SECOND) {
            return FAR;
        } else if (seconds <= -FAR / SECOND) {
            return -FAR;
        }
        return seconds * SECOND + moment.getNano() / 1_000;
    }

    /** A time in microseconds; a part of one counts as a whole one, so that no time above zero becomes zero. */
    public static long of(Duration time) {
        long seconds = time.getSeconds();
        if (seconds >= FAR / SECOND) {
            return FAR;
        } else if (seconds <= -FAR / SECOND) {
            return -FAR;
        }
        return seconds * SECOND + (time.getNano() + 999) / 1_000;
    }

    /** A time in microseconds, or null for none. */
    public static @Nullable Long orNull(@Nullable Duration time) {
        return time == null ? null : of(time);
    }

    /** The moment so many microseconds after 1970. */
    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, SECOND), Math.floorMod(micros, SECOND) * 1_000);
    }

    /** This process's clock. */
    public static long now() {
        return of(Instant.now());
    }
}
