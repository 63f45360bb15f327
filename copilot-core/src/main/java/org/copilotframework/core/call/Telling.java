package org.copilotframework.core.call;

import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunRegistry;

/**
 * The one way in which those who hold a run in this process learn what became of it. An end is told once the store has it, in
 * this order: to those who look at state and events, to those who look for the run, and to those who wait for its reply, on a
 * thread of its own, for what depends on a reply may be anybody's code.
 */
final class Telling {
    private final Workers workers;
    private final RunRegistry runs;

    Telling(Workers workers, RunRegistry runs) {
        this.workers = workers;
        this.runs = runs;
    }

    /** A run has ended, which is stored. */
    void ended(RunHandle run, RunEnd end) {
        AgentReply reply = end.reply();
        run.standing().ended(end.state());
        runs.ended(run, reply == null ? 0 : reply.message().weight());
        workers.reply(() -> run.complete(reply, end.error()));
    }

    /** A run is not shown any more. */
    void gone(RunHandle run) {
        RunEnd end = RunEnd.gone(run.id());
        run.standing().ended(end.state());
        workers.reply(() -> run.complete(null, end.error()));
    }

    /** Brings a handle to what is stored of a run that may not be at work in this process. */
    void learned(RunHandle run, RunRecord stored) {
        RunEnd.of(stored).ifPresentOrElse(end -> ended(run, end), () -> seen(run, stored));
    }

    /** A handle that nobody else has yet. */
    static void first(RunHandle made, RunRecord stored) {
        RunEnd.of(stored)
                .ifPresentOrElse(
                        end -> {
                            made.standing().ended(end.state());
                            made.complete(end.reply(), end.error());
                        },
                        () -> seen(made, stored));
    }

    private static void seen(RunHandle run, RunRecord stored) {
        RunState state = stored.head().state();
        boolean asks = state == RunState.INPUT_REQUIRED || state == RunState.AUTH_REQUIRED;
        Message said = asks ? RunDetail.read(stored.detail()).said() : null;
        run.standing().seen(state, said);
    }
}
