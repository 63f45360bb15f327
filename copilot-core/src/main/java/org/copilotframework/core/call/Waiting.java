package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.agent.HostedAgent;
import org.jspecify.annotations.Nullable;

/** How a caller waits for its reply: no longer than its deadline, whatever anybody else does. */
final class Waiting {
    private Waiting() {}

    /** Waits on the thread that made the call, and runs the agent on it if the call asks for that. */
    static AgentReply forReply(Call call) {
        boolean interrupted = false;
        if (!call.answered()) {
            interrupted = await(call);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        AgentReply reply = call.reply();
        if (reply != null) {
            return reply;
        }
        CopilotException error = call.error();
        // Made anew, so that its stack is that of the caller.
        throw error != null ? Failures.again(error) : inDoubt(call);
    }

    /** Whether the thread was interrupted meanwhile. */
    private static boolean await(Call call) {
        ScheduledFuture<?> timer = timer(call);
        boolean interrupted = false;
        long patience = 0;
        if (!call.ownThread && !VirtualThreads.isVirtual(call.waiter)) {
            call.corridor.glance.at(call);
        }
        while (!call.answered()) {
            HostedAgent hosted = call.hosted;
            if (call.ownThread && hosted != null && call.claim(Call.HANDED, Call.RUNNING)) {
                AgentRoom.run(call, hosted);
                Call above = call.parent;
                // An interrupt that was meant for the agent above, on whose thread the child ran, went with the child's
                // own.
                interrupted |= above != null && above.finished();
                continue;
            }
            long left = call.nanosLeft() + patience;
            if (left <= 0) {
                if (patience > 0) {
                    break;
                }
                // Fails only if somebody else has just ended the call, or if it is being committed: that may take a
                // while.
                call.finish(DeadlineRoom.exceeded(call));
                patience = call.corridor.premises.limits().cancelGrace().toNanos();
                continue;
            }
            LockSupport.parkNanos(call, left);
            if (Thread.interrupted()) {
                interrupted = true;
                call.finish(new CanceledException("run " + call.runId() + " was canceled: its caller was interrupted"));
            }
        }
        if (timer != null) {
            timer.cancel(false);
        }
        return interrupted;
    }

    /** A virtual thread may get no processor when its deadline comes; then a timer must end the call, and so the hindrance. */
    private static @Nullable ScheduledFuture<?> timer(Call call) {
        Call parent = call.parent;
        boolean endsWithParent = parent != null && !parent.ownThread && parent.deadline == call.deadline;
        if (endsWithParent || !VirtualThreads.isVirtual(call.waiter) || call.ownThread) {
            return null;
        }
        return call.corridor.premises.workers().after(call.nanosLeft(), () -> call.finish(DeadlineRoom.exceeded(call)));
    }

    static UnavailableException inDoubt(Call call) {
        return new UnavailableException(
                "the store has not confirmed the commit of run " + call.runId()
                        + " in time, so whether it took effect is"
                        + " not known; read the session before sending the request again",
                Duration.ofSeconds(1));
    }
}
