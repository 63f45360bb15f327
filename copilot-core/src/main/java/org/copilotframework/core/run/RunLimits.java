package org.copilotframework.core.run;

import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Retention;
import org.jspecify.annotations.Nullable;

/**
 * What bounds stored runs and sessions. Each component is the setting {@code copilot.runs.<name-with-dashes>}, the last two are
 * {@code copilot.sessions.<name-with-dashes>}.
 *
 * @param lease how long a run is a worker's without a sign of life
 * @param pollInterval how often due runs are looked for
 * @param inputTimeout how long a run waits for input
 * @param agentTimeout how long a run that is due waits for a process that has its agent
 * @param keep how long an ended run is kept
 * @param maxAttempts how many workers may begin one activation before the run counts as failed
 * @param taken how many stored runs may be at work here at once before no further ones are looked for
 * @param keepTurns how many turns a session keeps; 0 for all
 * @param maxIdle how long a session is kept to which nothing is added; null for always
 */
public record RunLimits(
        Duration lease,
        Duration pollInterval,
        Duration inputTimeout,
        Duration agentTimeout,
        Duration keep,
        int maxAttempts,
        int taken,
        int keepTurns,
        @Nullable Duration maxIdle) {
    /**
     * Checks.
     *
     * @throws InvalidRequestException if a limit is out of range; names the setting
     */
    public RunLimits {
        positive("runs.lease", lease);
        positive("runs.poll-interval", pollInterval);
        positive("runs.input-timeout", inputTimeout);
        positive("runs.agent-timeout", agentTimeout);
        positive("runs.keep", keep);
        atLeast(1, "runs.max-attempts", maxAttempts);
        atLeast(1, "runs.taken", taken);
        atLeast(0, "sessions.keep-turns", keepTurns);
        if (maxIdle != null) {
            positive("sessions.max-idle", maxIdle);
        }
        if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidRequestException("copilot.runs.lease: must be at least a second, not " + lease);
        }
    }

    /**
     * The limits that hold where nothing is set.
     *
     * @return leases of 15 seconds, a look each second, ended runs kept for a week
     */
    public static RunLimits defaults() {
        return new RunLimits(
                Duration.ofSeconds(15),
                Duration.ofSeconds(1),
                Duration.ofDays(7),
                Duration.ofDays(7),
                Duration.ofDays(7),
                5,
                256,
                0,
                null);
    }

    /**
     * How many workers may give one activation back while its agent is at work. Each of them is well, so it is far more than
     * may end.
     *
     * @return ten times {@link #maxAttempts}
     */
    public long maxHandBacks() {
        return 10L * maxAttempts;
    }

    /**
     * What a sweep may delete.
     *
     * @return the retention
     */
    public Retention retention() {
        return new Retention(maxIdle);
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative() || value.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new InvalidRequestException(
                    "copilot." + name + ": must be above zero and at most a hundred years, not " + value);
        }
    }

    private static void atLeast(long least, String name, long value) {
        if (value < least) {
            throw new InvalidRequestException("copilot." + name + ": must be at least " + least + ", not " + value);
        }
    }
}
