package org.copilotframework.api.run;

import java.time.Instant;
import java.util.Objects;

/**
 * An event with its place in the run.
 *
 * <p>Among the events that are retained each has a position of its own, and those that tell of a suspension are retained with
 * it. What an agent emitted just before its process was lost may not be: whoever goes on with the run then continues from
 * the last event that is retained. So a reader who was connected to the lost process may have seen events whose positions other
 * events have now; it reads on after the position it has reached.
 *
 * @param position 1 for the run's first event, then one more each
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
