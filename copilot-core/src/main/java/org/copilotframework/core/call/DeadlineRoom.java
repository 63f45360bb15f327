package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Fixes the moment at which the caller is answered at the latest. Nobody waits for a stored run as one waits for a reply, so its
 * time begins when its agent does, however long it waits before; unless another agent submits it, within whose time it is.
 */
final class DeadlineRoom implements Room {
    /** Longer than anything waits, and far from where the clock of nanoseconds ends. */
    private static final long FOR_EVER = Long.MAX_VALUE / 4;

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
            call.allowed = wanted.isEmpty() ? timeoutNanos : checked(wanted.get(), maxTimeout);
            call.beginsWithAgent = call.ticket != null;
            call.deadline = call.began + (call.beginsWithAgent ? FOR_EVER : call.allowed);
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
        call.allowed = less ? wanted.get().toNanos() : left;
        call.deadline = call.began + call.allowed;
        return true;
    }

    /** The agent is entered, by the present thread; whoever ends the call from now on finds the timer. */
    static void agentBegins(Call call) {
        if (call.beginsWithAgent) {
            call.deadline = System.nanoTime() + call.allowed;
            startTimer(call);
        }
    }

    /** Has a call that nobody waits for ended at its deadline. By its owner. */
    static void startTimer(Call call) {
        call.timer = call.corridor.premises.workers().after(call.nanosLeft(), () -> call.finish(exceeded(call)));
    }

    static DeadlineExceededException exceeded(Call call) {
        return new DeadlineExceededException("agent '" + call.request().agent() + "' did not reply within "
                + Duration.ofNanos(call.allowed) + " (run " + call.runId()
                + "); give the request a longer timeout, or raise copilot.invoke.timeout");
    }

    /**
     * How long a call may take that asks for a time, in nanoseconds.
     *
     * @throws InvalidRequestException if that is more than any may
     */
    static long checked(Duration wanted, Duration maxTimeout) {
        if (wanted.compareTo(maxTimeout) > 0) {
            throw new InvalidRequestException(
                    "timeout: " + wanted + " is longer than the " + maxTimeout + " of copilot.invoke.max-timeout");
        }
        return wanted.toNanos();
    }
}
