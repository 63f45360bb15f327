package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.core.run.Ticket;
import org.copilotframework.core.session.ActivationSession;
import org.copilotframework.core.session.TurnForm;
import org.jspecify.annotations.Nullable;

/** The one commit of an activation: the session's turn and what becomes of the run, both or neither. */
final class Committing {
    private Committing() {}

    /**
     * Commits what an activation came to. Of an activation that failed, only a stored run's end is written.
     *
     * @param result the agent's reply, or the error its caller gets
     * @return the same, or the error of the store
     */
    static Object commit(Call call, Activation activation, @Nullable ActivationSession session, Object result) {
        if (!(result instanceof AgentReply reply)) {
            // A stored run's error is written when it leaves the acceptance room.
            return result;
        }
        Ticket ticket = call.ticket;
        EventKeeper.Change events = null;
        Commit.Builder commit = Commit.in(call.caller().tenant());
        Turn turn = session == null ? null : turn(call, ticket, session, reply);
        if (session != null && turn != null) {
            commit.session(
                    session.change(turn, call.corridor.premises.runLimits().keepTurns()));
        }
        if (ticket != null) {
            events = call.corridor.events.change(ticket.handle(), ticket.lease(), told(reply));
            commit.run(RunChanges.replied(call, ticket, reply));
            events.ride(commit);
        } else if (reply.suspended()) {
            List<StepRecord> steps = activation.unstoredSteps();
            if (steps.size() > Commit.MAX_RIDERS) {
                return new AgentFailedException(
                        call.request().agent(),
                        call.runId().value(),
                        "it is suspended after " + steps.size() + " steps, and a run that was not submitted remembers "
                                + Commit.MAX_RIDERS + " at most; submit the run");
            }
            commit.start(RunChanges.suspended(call, reply));
            steps.forEach(commit::step);
        }
        Commit built = commit.build();
        long most = call.corridor.premises.storage().maxCommitBytes();
        if (most < Long.MAX_VALUE && built.contentBytes() > most) {
            return new AgentFailedException(
                    call.request().agent(),
                    call.runId().value(),
                    "its reply, with the request and what it remembers in the session, makes a commit of "
                            + built.contentBytes() + " bytes, more than the " + most
                            + " that the store takes; keep large things in blobs()");
        }
        try {
            CommitResult made = call.corridor.premises.sending().send(call, built);
            if (ticket != null && anothers(made, turn)) {
                call.lost = true;
                return new ConflictException("run " + call.runId() + " was taken over by another worker");
            }
            if (ticket != null && events != null) {
                events.made();
                suspend(call, ticket, reply);
            }
            return reply.suspended() ? reply.inRun(call.runId()) : reply;
        } catch (ConflictException conflict) {
            return ticket == null ? Failures.again(conflict) : conflicted(call, ticket, conflict);
        } catch (CopilotException refusal) {
            // It may have been made: then the store knows better than this call what became of the run.
            call.lost = ticket != null && refusal instanceof UnavailableException;
            return Failures.again(refusal);
        }
    }

    private static List<Event> told(AgentReply reply) {
        Event.State state = new Event.State(reply.state());
        if (!reply.suspended()) {
            return List.of();
        }
        return reply.state() == RunState.SUBMITTED
                ? List.of(state)
                : List.of(new Event.Question(reply.message()), state);
    }

    /** From here on anybody may go on with it, this process too. */
    private static void suspend(Call call, Ticket ticket, AgentReply reply) {
        Message asked = reply.state() == RunState.SUBMITTED ? null : reply.message();
        if (reply.suspended() && ticket.handle().standing().left(ticket.lease(), reply.state(), asked)) {
            call.corridor.premises.runs().elsewhere(ticket.handle());
        }
    }

    /** Whether the turn that is there is of another worker, who was at work on the same activation. */
    private static boolean anothers(CommitResult made, @Nullable Turn turn) {
        StoredTurn stored = made.turn();
        if (!made.repeated() || turn == null || stored == null) {
            return false;
        }
        // The store may keep the time less exactly. Whoever is wrongly taken for another learns of his own end from the
        // store.
        return Math.abs(Duration.between(stored.time(), turn.time()).toMillis()) > 1
                || !TurnForm.read(stored).reply().equals(turn.reply());
    }

    /** Either somebody else has the run now, or another process was faster in its session: then it is done once more. */
    private static CopilotException conflicted(Call call, Ticket ticket, ConflictException conflict) {
        RunRecord run;
        try {
            run = call.corridor
                    .premises
                    .storage()
                    .runs()
                    .find(call.caller().tenant(), call.runId())
                    .orElse(null);
        } catch (CopilotException unknown) {
            call.lost = true;
            return Failures.again(unknown);
        }
        if (run != null && run.head().fence() == ticket.fence()) {
            call.handBack = true;
            return new UnavailableException(conflict.getMessage(), Duration.ZERO);
        }
        call.lost = true;
        return run != null && run.head().state() == RunState.CANCELED
                ? new CanceledException("run " + call.runId() + " was canceled")
                : Failures.again(conflict);
    }

    private static Turn turn(Call call, @Nullable Ticket ticket, ActivationSession session, AgentReply reply) {
        return new Turn(
                ticket == null ? call.runId() + "/1" : ticket.turnId(),
                session.version() + 1,
                Instant.now(),
                call.request().agent(),
                call.request().message(),
                reply.message());
    }
}
