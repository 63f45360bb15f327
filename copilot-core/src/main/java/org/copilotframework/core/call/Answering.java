package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunInput;
import org.jspecify.annotations.Nullable;

/**
 * Passes an answer on to a suspended run, and waits for what its agent says then. Within an activation the run goes on as a child
 * of it, as it was when it was invoked; and the activation that is done again passes its answer on only once.
 */
final class Answering {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Corridor corridor;
    private final Caller caller;
    private final @Nullable Activation within;

    Answering(Corridor corridor, Caller caller, @Nullable Activation within) {
        this.corridor = corridor;
        this.caller = caller;
        this.within = within;
    }

    AgentReply answer(RunId id, Message input) {
        RunRecord stored = begunByCaller(id);
        demandRights(stored);
        RunHandle run = corridor.desk.find(caller.tenant(), id).orElseThrow(() -> unknown(id));
        if (within == null) {
            run.input(input);
            return next(run);
        }
        Answers answers = within.answers();
        RunRecord taken =
                answers.givenBefore(stored) ? null : corridor.desk.inputs().give(run, input, answers.name(stored));
        return taken == null
                ? next(run)
                : Waiting.forReply(corridor.desk.resumption().within(taken, within));
    }

    /** Whoever has not begun a run does not learn that it is there. */
    private RunRecord begunByCaller(RunId id) {
        RunRecord stored =
                corridor.premises.storage().runs().find(caller.tenant(), id).orElseThrow(() -> unknown(id));
        String subject = RunInput.read(stored.input()).principal().subject();
        if (!subject.equals(caller.principal().subject())) {
            throw unknown(id);
        }
        return stored;
    }

    /**
     * The run goes on with what it was begun with, so whoever answers needs at least that: else a caller of fewer scopes would
     * have agents act with more than it was granted. Asked before the input is stored; the run still waits then.
     */
    private void demandRights(RunRecord stored) {
        String agent = stored.head().agent();
        Principal answers = caller.principal();
        String who = "'" + answers.subject() + "' of tenant '" + caller.tenant() + "' may not answer run "
                + stored.head().id();
        List<String> missing = RunInput.read(stored.input()).principal().scopes().stream()
                .filter(scope -> !answers.granted(scope))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new ForbiddenException(who + ": it was begun with scopes that this caller was not granted ("
                    + String.join(", ", missing) + "); answer with those, or call agent '" + agent + "' anew");
        } else if (!corridor.premises.authorisation().allowed(caller, agent)) {
            throw new ForbiddenException(who + ": it may not call agent '" + agent
                    + "' now; it takes the scope agents:invoke, or agents:invoke:" + agent);
        }
    }

    private static NotFoundException unknown(RunId id) {
        return new NotFoundException("run " + id + " is not there, or was not begun by this caller");
    }

    /** Waits for a run that goes on by itself. */
    private AgentReply next(RunHandle run) {
        long nanos = within == null
                ? corridor.premises.limits().timeout().toNanos()
                : within.call().nanosLeft();
        long end = System.nanoTime() + nanos;
        try (EventStream events = run.events(run.log().last())) {
            // The reply comes without an end of the run, too: when the orchestrator is closed.
            while (!run.state().terminal() && !asks(run.state()) && !run.isReplied()) {
                if (end - System.nanoTime() <= 0) {
                    throw late(run, nanos);
                } else if (Thread.interrupted()) {
                    throw interrupted(run);
                }
                skip(events);
            }
        }
        return asks(run.state()) ? question(run) : reply(run, end, nanos);
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

    private static AgentReply reply(RunHandle run, long end, long nanos) {
        try {
            return run.awaitReply(Math.max(0, end - System.nanoTime()));
        } catch (ExecutionException ended) {
            throw ended.getCause() instanceof CopilotException error
                    ? Failures.again(error)
                    : new IllegalStateException("run " + run.id() + " ended in an unexpected way", ended.getCause());
        } catch (TimeoutException late) {
            throw late(run, nanos);
        } catch (InterruptedException interrupted) {
            throw interrupted(run);
        }
    }

    private static boolean asks(RunState state) {
        return state == RunState.INPUT_REQUIRED || state == RunState.AUTH_REQUIRED;
    }

    private static DeadlineExceededException late(RunHandle run, long nanos) {
        return new DeadlineExceededException("run " + run.id()
                + " has got its answer and goes on, but did not reply within " + Duration.ofNanos(nanos));
    }

    private static CanceledException interrupted(RunHandle run) {
        Thread.currentThread().interrupt();
        return new CanceledException("whoever waited for run " + run.id() + " was interrupted; the run goes on");
    }
}
