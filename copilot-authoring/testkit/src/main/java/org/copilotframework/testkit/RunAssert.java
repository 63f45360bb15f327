package org.copilotframework.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;

/**
 * Assertions on a submitted run. Each waits for what it speaks of, ten seconds unless {@link #within} says otherwise, and reads
 * the run's events no further than it needs. Events that are no longer retained are not seen.
 */
public final class RunAssert extends AbstractAssert<RunAssert, Run> {
    private final List<Event> seen = new ArrayList<>();
    private long position;
    private Duration patience = Duration.ofSeconds(10);

    RunAssert(Run run) {
        super(run, RunAssert.class);
    }

    /**
     * Sets how long the assertions that follow wait.
     *
     * @param time the longest time for each
     * @return this assertion
     */
    public RunAssert within(Duration time) {
        this.patience = time;
        return this;
    }

    /**
     * Checks that the run tells its progress.
     *
     * @return this assertion
     */
    public RunAssert hasProgress() {
        return hasEvent("progress", Event.Progress.class::isInstance);
    }

    /**
     * Checks that the run tells a certain progress.
     *
     * @param piece what the message of it holds
     * @return this assertion
     */
    public RunAssert hasProgress(String piece) {
        return hasEvent(
                "progress with '" + piece + "'",
                event -> event instanceof Event.Progress progress
                        && progress.message().contains(piece));
    }

    /**
     * Checks that the run tells an event.
     *
     * @param what what the event is, for the message
     * @param which recognises it
     * @return this assertion
     */
    public RunAssert hasEvent(String what, Predicate<Event> which) {
        isNotNull();
        if (seen.stream().noneMatch(which) && !readUntil(which)) {
            throw failure("the run told no %s %s; its events: %s", what, ended(), seen);
        }
        return this;
    }

    /**
     * Checks how the run ends.
     *
     * @param state the state it must end in
     * @return this assertion
     */
    public RunAssert endsIn(RunState state) {
        readToTheEnd();
        if (actual.state() != state) {
            throw failureWithActualExpected(
                    actual.state(), state, "the run ended in %s, not %s; its events: %s", actual.state(), state, seen);
        }
        return this;
    }

    /**
     * Waits for the run's end and goes on with its reply.
     *
     * @return an assertion on the reply
     * @throws AssertionError if the run ends without one
     */
    public AgentReplyAssert reply() {
        Object outcome = outcome();
        if (outcome instanceof AgentReply reply) {
            return new AgentReplyAssert(reply);
        }
        throw new AssertionError("the run ended without a reply: " + outcome, (Throwable) outcome);
    }

    /**
     * Waits for the run's end and goes on with its error.
     *
     * @return an assertion on the error
     * @throws AssertionError if the run ends with a reply
     */
    public CopilotExceptionAssert failure() {
        Object outcome = outcome();
        if (outcome instanceof CopilotException failure) {
            return new CopilotExceptionAssert(failure);
        }
        throw failure("the run ended with a reply: %s", outcome);
    }

    /**
     * Waits for the run's end and goes on with its events.
     *
     * @return an assertion on all events that are retained, in order
     */
    public ListAssert<Event> events() {
        readToTheEnd();
        return Assertions.assertThat(seen).as(info.description());
    }

    private void readToTheEnd() {
        outcome();
        readUntil(event -> false);
    }

    /** The reply, or the error. */
    private Object outcome() {
        isNotNull();
        try {
            return actual.reply().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            return failed.getCause() == null ? failed : failed.getCause();
        } catch (TimeoutException late) {
            throw failure("the run has not ended within %s; it is %s", patience, actual.state());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the run", interrupted);
        }
    }

    private boolean readUntil(Predicate<Event> which) {
        long start = System.nanoTime();
        try (EventStream events = actual.events(position)) {
            while (true) {
                Optional<RunEvent> next = poll(events, patience.minusNanos(System.nanoTime() - start));
                if (next.isEmpty()) {
                    return false;
                }
                position = next.get().position();
                seen.add(next.get().event());
                if (which.test(next.get().event())) {
                    return true;
                }
            }
        }
    }

    private static Optional<RunEvent> poll(EventStream events, Duration wait) {
        try {
            return events.poll(wait);
        } catch (ConflictException dropped) {
            // Told once; the stream goes on with the oldest event there is.
            return events.poll(wait);
        }
    }

    private String ended() {
        return actual.state().terminal() ? "before it ended in " + actual.state() : "within " + patience;
    }
}
