package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.invocation.Outcome;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down a submitted run before it is acknowledged, and how it ended. It is the one room that may block, and only whoever
 * submits: his own thread writes. A call that is invoked passes through untouched.
 */
final class AcceptanceRoom implements Room {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Premises premises;

    AcceptanceRoom(Premises premises) {
        this.premises = premises;
    }

    @Override
    public boolean enter(Call call) {
        RunHandle handle = call.handle;
        if (handle == null) {
            return true;
        }
        commit(call, record(call, RunState.SUBMITTED, null));
        call.accepted = true;
        handle.submitted(why -> call.finish(new CanceledException("run " + call.runId() + " was canceled: " + why)));
        premises.runs().add(handle);
        call.timer = premises.workers().after(call.nanosLeft(), () -> call.finish(DeadlineRoom.exceeded(call)));
        return true;
    }

    @Override
    public void leave(Call call) {
        RunHandle handle = call.handle;
        if (handle == null || !call.accepted) {
            return;
        }
        Outcome outcome = call.outcome();
        handle.ended(outcome.state());
        AgentReply reply = outcome.reply();
        premises.runs().ended(handle, reply == null ? 0 : reply.message().weight());
        CopilotException error = outcome.error();
        if (error != null && !call.recorded) {
            RunRecord last = record(call, outcome.state(), error);
            premises.workers().write(() -> recordEnd(call, last));
        }
        // An error is made anew there, so that what is kept remembers no frame of a plugin.
        premises.workers().reply(() -> handle.complete(outcome.reply(), error == null ? null : Failures.again(error)));
    }

    /** A run in a state, as it is stored. */
    static RunRecord record(Call call, RunState state, @Nullable CopilotException error) {
        return new RunRecord(
                call.runId(),
                call.request().agent(),
                call.session(),
                state,
                Instant.now(),
                null,
                error == null ? null : error.code(),
                error == null ? null : error.getMessage());
    }

    private void commit(Call call, RunRecord record) {
        try {
            premises.storage().commit(Commit.of(call.caller().tenant(), null, record));
        } catch (CopilotException refusal) {
            throw refusal;
        } catch (RuntimeException | Error fault) {
            LOG.error("The store failed to write run {}", call.runId(), fault);
            throw new UnavailableException(
                    "the store failed to write the run: " + Faults.brief(fault), Duration.ofSeconds(1));
        }
    }

    private void recordEnd(Call call, RunRecord last) {
        try {
            commit(call, last);
        } catch (CopilotException notWritten) {
            LOG.error(
                    "That run {} ended as {} is not in the store: {}",
                    last.id(),
                    last.state(),
                    notWritten.getMessage());
        }
    }
}
