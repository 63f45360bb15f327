package org.copilotframework.storage.objects;

import java.time.Duration;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/** What stores of files refuse, in the same words. */
public final class Refusals {
    /** The setting that names the bucket. */
    public static final String BUCKET = "copilot.blobs.bucket (in the environment STORAGE_BUCKET)";

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    private Refusals() {}

    /**
     * A condition does not hold.
     *
     * @param name the file
     * @param expected which version should be there; null if none should
     * @param found which is there; null if none is
     * @return what to throw
     */
    public static ConflictException conflict(String name, @Nullable String expected, @Nullable String found) {
        return new ConflictException("file '" + name + "' "
                + (found == null ? "is not there" : "has version " + found) + ", and "
                + (expected == null ? "should not be there" : "version " + expected + " was expected")
                + "; read it again");
    }

    /**
     * A file is never the same at two looks.
     *
     * @param name the file
     * @return what to throw
     */
    public static UnavailableException restless(String name) {
        return new UnavailableException("others write the file '" + name + "' all the time", SHORTEST);
    }

    /**
     * Somebody else writes a file at the same time, by which what was sent of it is of no use any more.
     *
     * @param name the file
     * @return what to throw
     */
    public static UnavailableException collided(String name) {
        return new UnavailableException(
                "others write the file '" + name + "' at the same time; write it again", SHORTEST);
    }

    /**
     * Demands that a URL may hold for a time.
     *
     * @param time the time
     * @throws InvalidRequestException if it is shorter than a second or longer than seven days
     */
    public static void demandValidity(Duration time) {
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException("validity: must be from 1 second to 7 days, not " + time);
        }
    }
}
