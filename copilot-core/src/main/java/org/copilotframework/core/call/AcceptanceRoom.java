package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.invocation.Outcome;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down a submitted run before it is acknowledged, and what became of it. It is the one room that may block, and only
 * whoever submits: his own thread writes. A call that is invoked passes through untouched.
 */
final class AcceptanceRoom implements Room {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration REST = Duration.ofSeconds(1);

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
        RunHandle.Canceller canceller =
                why -> call.finish(new CanceledException("run " + call.runId() + " was canceled: " + why));
        if (ticket.stored()) {
            handle.taken(canceller, ticket.lease());
        } else {
            premises.sending()
                    .send(
                            call,
                            Commit.in(call.caller().tenant())
                                    .start(RunChanges.submitted(call, ticket))
                                    .build());
            handle.submitted(canceller, ticket.lease());
        }
        call.accepted = true;
        premises.runs().add(handle);
        call.corridor.desk.taken(call, ticket);
        call.timer = premises.workers().after(call.nanosLeft(), () -> call.finish(DeadlineRoom.exceeded(call)));
        return true;
    }

    @Override
    public void leave(Call call) {
        Ticket ticket = call.ticket;
        if (ticket == null) {
            return;
        } else if (!call.accepted) {
            // A run that was stored before is not lost because it could not come in here.
            if (ticket.stored()) {
                handBack(call, ticket);
            }
            return;
        }
        call.corridor.desk.left(ticket);
        Outcome outcome = call.outcome();
        CopilotException error = outcome.error();
        AgentReply reply = outcome.reply();
        if (reply != null && reply.suspended()) {
            // That it is, the commit has told.
            return;
        } else if (error != null && call.lost) {
            call.corridor.events.lost(ticket.handle(), ticket.lease());
            premises.runs().elsewhere(ticket.handle());
        } else if (error != null && goesOn(call, ticket, error)) {
            handBack(call, ticket);
        } else {
            end(call, ticket, outcome);
        }
    }

    private void end(Call call, Ticket ticket, Outcome outcome) {
        RunHandle handle = ticket.handle();
        AgentReply reply = outcome.reply();
        CopilotException error = outcome.error();
        handle.ended(outcome.state());
        premises.runs().ended(handle, reply == null ? 0 : reply.message().weight());
        if (error != null && !call.recorded) {
            write(call, ticket, RunChanges.ended(call, ticket, outcome.state(), error), List.of());
        }
        // An error is made anew there, so that what is kept remembers no frame of a plugin.
        premises.workers().reply(() -> handle.complete(reply, error == null ? null : Failures.again(error)));
    }

    /** Whether the run did not end with this call: a plugin went, the process closes, or there was no room for it. */
    private boolean goesOn(Call call, Ticket ticket, CopilotException error) {
        boolean noRoom = ticket.stored()
                && !call.seen
                && (error instanceof UnavailableException || error instanceof QuotaExceededException);
        return noRoom || (call.handBack && error instanceof UnavailableException);
    }

    private void handBack(Call call, Ticket ticket) {
        ticket.handle().left(ticket.lease(), RunState.SUBMITTED, null);
        premises.runs().elsewhere(ticket.handle());
        write(
                call,
                ticket,
                RunChanges.handedBack(call, ticket, call.handBack ? Duration.ZERO : REST),
                List.of(new Event.State(RunState.SUBMITTED)));
    }

    private void write(Call call, Ticket ticket, RunChange change, List<Event> told) {
        // After that somebody else has it.
        long deadline = System.nanoTime() + premises.runLimits().lease().toNanos();
        premises.lateWrites().write(() -> {
            try {
                EventKeeper.Change events = call.corridor.events.change(ticket.handle(), ticket.lease(), told);
                Commit.Builder commit = Commit.in(call.caller().tenant()).run(change);
                events.ride(commit);
                premises.sending().send(change.id(), commit.build(), deadline);
                events.made();
            } catch (ConflictException elsewhere) {
                call.corridor.events.lost(ticket.handle(), ticket.lease());
                LOG.info("That run {} is {} is not written: {}", change.id(), change.state(), elsewhere.getMessage());
            } catch (RuntimeException | Error notWritten) {
                call.corridor.events.lost(ticket.handle(), ticket.lease());
                LOG.error(
                        "That run {} is {} is not in the store; it is taken up again once its lease is over",
                        change.id(),
                        change.state(),
                        notWritten);
            }
        });
    }
}
