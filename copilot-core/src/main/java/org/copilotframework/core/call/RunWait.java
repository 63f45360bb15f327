package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.run.RunHandle;

/** How somebody waits for a stored run that goes on by itself: until it has ended, or asks. */
final class RunWait {
    private static final Duration LOOK = Duration.ofMillis(200);

    private RunWait() {}

    /**
     * Waits. The run goes on however the waiting ends.
     *
     * @param nanos for how long at most
     * @param but what is said of the run if that was too short
     */
    static AgentReply next(RunHandle run, long nanos, String but) {
        long end = System.nanoTime() + nanos;
        try (EventStream events = run.events(run.log().last())) {
            // The reply comes without an end of the run, too: when the orchestrator is closed.
            while (!run.state().terminal() && !asks(run.state()) && !run.isReplied()) {
                if (end - System.nanoTime() <= 0) {
                    throw late(run, nanos, but);
                } else if (Thread.interrupted()) {
                    throw interrupted(run);
                }
                skip(events);
            }
        }
        return asks(run.state()) ? question(run) : reply(run, end, nanos, but);
    }

    /** Whatever is told: what counts is the state. */
    private static void skip(EventStream events) {
        try {
            events.poll(LOOK);
        } catch (ConflictException dropped) {
            Thread.onSpinWait();
        }
    }

    private static AgentReply question(RunHandle run) {
        Message asked = run.question().orElseGet(() -> Message.agent(""));
        AgentReply reply = run.state() == RunState.AUTH_REQUIRED
                ? AgentReply.authRequired(asked)
                : AgentReply.inputRequired(asked);
        return reply.inRun(run.id());
    }

    private static AgentReply reply(RunHandle run, long end, long nanos, String but) {
        try {
            return run.awaitReply(Math.max(0, end - System.nanoTime()));
        } catch (ExecutionException ended) {
            throw ended.getCause() instanceof CopilotException error
                    ? Failures.again(error)
                    : new IllegalStateException("run " + run.id() + " ended in an unexpected way", ended.getCause());
        } catch (TimeoutException late) {
            throw late(run, nanos, but);
        } catch (InterruptedException interrupted) {
            throw interrupted(run);
        }
    }

    private static boolean asks(RunState state) {
        return state == RunState.INPUT_REQUIRED || state == RunState.AUTH_REQUIRED;
    }

    private static DeadlineExceededException late(RunHandle run, long nanos, String but) {
        return new DeadlineExceededException(
                "run " + run.id() + " " + but + ", but did not reply within " + Duration.ofNanos(nanos));
    }

    private static CanceledException interrupted(RunHandle run) {
        Thread.currentThread().interrupt();
        return new CanceledException("whoever waited for run " + run.id() + " was interrupted; the run goes on");
    }
}
