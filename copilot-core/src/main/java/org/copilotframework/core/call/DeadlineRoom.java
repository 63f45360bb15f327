package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.InvalidRequestException;

/** Fixes the moment at which the caller is answered at the latest. */
final class DeadlineRoom implements Room {
    private final Duration maxTimeout;
    private final long timeoutNanos;

    DeadlineRoom(CallLimits limits) {
        this.maxTimeout = limits.maxTimeout();
        this.timeoutNanos = limits.timeout().toNanos();
    }

    @Override
    public boolean enter(Call call) {
        Call parent = call.parent;
        Optional<Duration> wanted = call.request().timeout();
        if (parent == null) {
            call.deadline = call.began + (wanted.isEmpty() ? timeoutNanos : checked(wanted.get()));
            return true;
        }
        // A child that asks for more than its parent has left gets what is left: it cannot know how much that is.
        long left = parent.deadline - call.began;
        if (left <= 0) {
            call.deadline = parent.deadline;
            throw new DeadlineExceededException("agent '" + call.request().agent()
                    + "' was called after the deadline of the run that calls it had passed");
        }
        boolean less = wanted.isPresent() && wanted.get().compareTo(Duration.ofNanos(left)) < 0;
        call.deadline = call.began + (less ? wanted.get().toNanos() : left);
        return true;
    }

    static DeadlineExceededException exceeded(Call call) {
        return new DeadlineExceededException("agent '" + call.request().agent() + "' did not reply within "
                + Duration.ofNanos(call.deadline - call.began) + " (run " + call.runId()
                + "); give the request a longer timeout, or raise copilot.invoke.timeout");
    }

    private long checked(Duration wanted) {
        if (wanted.compareTo(maxTimeout) > 0) {
            throw new InvalidRequestException(
                    "timeout: " + wanted + " is longer than the " + maxTimeout + " of copilot.invoke.max-timeout");
        }
        return wanted.toNanos();
    }
}
