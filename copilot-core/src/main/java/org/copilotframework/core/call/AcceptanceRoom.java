package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.invocation.Outcome;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * Writes down a submitted run before it is acknowledged, and has written what became of it. It is the one room that may block,
 * and only whoever submits: his own thread writes. A call that is invoked passes through untouched.
 */
final class AcceptanceRoom implements Room {
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    private final Premises premises;

    AcceptanceRoom(Premises premises) {
        this.premises = premises;
    }

    @Override
    public boolean enter(Call call) {
        Ticket ticket = call.ticket;
        if (ticket == null) {
            return true;
        }
        RunHandle handle = ticket.handle();
        if (call.corridor.leaving.ending(handle)) {
            // The store did not know it when it gave the run out; it will.
            call.lost = true;
            throw new ConflictException("run " + call.runId() + " has ended");
        } else if (ticket.stored()) {
            handle.standing().taken(why -> Confirmation.canceled(call, why), ticket.lease());
        } else {
            // Before the store tells of it: whoever finds it there is to find this handle, which is told how the run
            // ends.
            premises.runs().add(handle);
            store(call, ticket);
            handle.standing().submitted(why -> Confirmation.canceled(call, why), ticket.lease());
        }
        call.accepted = true;
        premises.runs().add(handle);
        call.corridor.desk.taken(call, ticket);
        if (!call.beginsWithAgent) {
            DeadlineRoom.startTimer(call);
        }
        return true;
    }

    private void store(Call call, Ticket ticket) {
        Commit.Builder commit = Commit.in(call.caller().tenant()).start(RunChanges.submitted(call, ticket));
        if (ticket.claim() != null) {
            commit.value(ticket.claim());
        }
        try {
            premises.sending().send(call, commit.build());
        } catch (UnavailableException unknown) {
            // If it is there, somebody may hold the handle, and is told what the store says.
            premises.runs().elsewhere(ticket.handle());
            throw new UnavailableException(
                    "the store has not confirmed run " + call.runId() + " (" + unknown.getMessage()
                            + "), so whether it was accepted is not known; look for it with runs().find or 'copilot runs show "
                            + call.runId() + "' before the request is submitted again",
                    Duration.ofSeconds(1));
        } catch (RuntimeException | Error refused) {
            premises.runs().gone(ticket.handle());
            throw refused;
        }
    }

    @Override
    public boolean leftByAll() {
        return true;
    }

    @Override
    public void leave(Call call) {
        Ticket ticket = call.ticket;
        if (ticket == null) {
            return;
        }
        Outcome outcome = call.outcome();
        CopilotException error = outcome.error();
        AgentReply reply = outcome.reply();
        RunHandle handle = ticket.handle();
        boolean refused = refused(call, ticket, error);
        if (call.accepted) {
            call.corridor.desk.left(ticket);
            handle.standing().left(ticket.lease());
        } else if (!ticket.stored() || call.lost) {
            call.ending.complete(false);
            return;
        }
        if (error == null) {
            call.ending.complete(false);
            if (reply != null && !reply.suspended()) {
                // That it is suspended was told when it was stored.
                premises.telling().ended(handle, RunEnd.with(reply));
            }
        } else if (call.lost) {
            if (call.corridor.events.lost(handle, ticket.lease())) {
                premises.runs().elsewhere(handle);
            }
            call.ending.complete(false);
        } else if (!refused && goesOn(call, error)) {
            handBack(call, ticket, error);
        } else {
            RunState state =
                    ticket.stored() && outcome.state() == RunState.REJECTED ? RunState.FAILED : outcome.state();
            call.corridor.leaving.ends(
                    handle, RunChanges.ended(call, ticket, state, error), Failures.again(error), call.ending);
        }
    }

    /** Whether the submission itself was refused: then its run is not acknowledged, and whoever submits gets the error. */
    private static boolean refused(Call call, Ticket ticket, @Nullable CopilotException error) {
        return error != null
                && !ticket.stored()
                && !call.seen
                && !(call.accepted && error instanceof CanceledException)
                && call.declare();
    }

    /**
     * Whether the run did not end with this call: a plugin went, the process closes or the store is away; or its agent has not
     * seen it, and what kept it from that may pass. What keeps a run out within the activation that answers it, such as that
     * both are of one session, is no matter once it goes on by itself.
     */
    private static boolean goesOn(Call call, CopilotException error) {
        if (call.seen) {
            return call.handBack && error instanceof UnavailableException;
        }
        return error instanceof UnavailableException
                || error instanceof QuotaExceededException
                || error instanceof DeadlineExceededException
                || (call.waitedForByParent() && !(error instanceof CanceledException));
    }

    private void handBack(Call call, Ticket ticket, CopilotException error) {
        RunHandle handle = ticket.handle();
        if (handle.standing().left(ticket.lease(), RunState.SUBMITTED, null)) {
            premises.runs().elsewhere(handle);
        }
        List<Event> told = call.seen ? List.of(new Event.State(RunState.SUBMITTED)) : List.of();
        RunChange change = RunChanges.handedBack(call, ticket, rest(call, ticket, error));
        call.corridor.leaving.goesBack(handle, change, told);
        call.ending.complete(false);
    }

    /** Whoever finds no room again and again rests longer and longer. */
    private static Duration rest(Call call, Ticket ticket, CopilotException error) {
        if (call.handBack) {
            return Duration.ZERO;
        }
        Duration growing = FIRST_REST.multipliedBy(
                1L << Math.min(6, ticket.detail().effort().turnedAway()));
        Duration asked = error.retryAfter().orElse(Duration.ZERO);
        Duration rest = growing.compareTo(asked) < 0 ? asked : growing;
        return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
    }
}
