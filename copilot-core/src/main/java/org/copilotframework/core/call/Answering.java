package org.copilotframework.core.call;

import java.util.List;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunInput;
import org.jspecify.annotations.Nullable;

/**
 * Passes an answer on to a suspended run, and waits for what its agent says then. Within an activation the run goes on as a child
 * of it, as it was when it was invoked; and the activation that is done again passes its answer on only once.
 */
final class Answering {
    private final Corridor corridor;
    private final Caller caller;
    private final @Nullable Activation within;

    Answering(Corridor corridor, Caller caller, @Nullable Activation within) {
        this.corridor = corridor;
        this.caller = caller;
        this.within = within;
    }

    AgentReply answer(RunId id, Message input) {
        RunRecord stored = permitted(id);
        RunHandle run = corridor.desk.find(caller.tenant(), id).orElseThrow(() -> unknown(id));
        if (within == null) {
            run.input(input);
            return next(run);
        }
        Answers answers = within.answers();
        RunRecord taken = answers.givenBefore(stored)
                ? null
                : corridor.desk.inputs().give(run, input, answers.name(stored), null);
        return taken == null
                ? next(run)
                : Waiting.forReply(corridor.desk.resumption().within(taken, within));
    }

    /** The run, if this caller may answer it. */
    RunRecord permitted(RunId id) {
        RunRecord stored = begunByCaller(id);
        demandRights(stored);
        return stored;
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

    static NotFoundException unknown(RunId id) {
        return new NotFoundException("run " + id + " is not there, or was not begun by this caller");
    }

    /** Waits for a run that goes on by itself. */
    private AgentReply next(RunHandle run) {
        long nanos = within == null
                ? corridor.premises.limits().timeout().toNanos()
                : within.call().nanosLeft();
        return RunWait.next(run, nanos, "has got its answer and goes on");
    }
}
