package org.copilotframework.api.run;

import java.time.Instant;
import java.util.Objects;

/**
 * An event with its place in the run.
 *
 * @param position 1 for the run's first event, then one more each; never reused
 * @param time when it happened, by the clock of the process that ran the agent
 * @param event what happened
 */
public record RunEvent(long position, Instant time, Event event) {
    /** Checks for null. */
    public RunEvent {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(event, "event");
    }
}
