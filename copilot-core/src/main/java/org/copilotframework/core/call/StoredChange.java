package org.copilotframework.core.call;

import java.time.Instant;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;

/**
 * One change of a run that anybody may make, wherever the run is: it is looked at, changed as it was seen, and looked at again if
 * somebody else was faster.
 */
final class StoredChange {
    /** Each round somebody else was faster, so there is progress. */
    private static final int ROUNDS = 10;

    private final Premises premises;
    private final RunHandle run;
    private final String name;
    private final long deadline;
    private int rounds;

    /**
     * Begins.
     *
     * @param name names the change, so that it is known again
     */
    StoredChange(Premises premises, RunHandle run, String name) {
        this.premises = premises;
        this.run = run;
        this.name = name;
        this.deadline = System.nanoTime() + premises.limits().timeout().toNanos();
    }

    String name() {
        return name;
    }

    RunRecord look() {
        return premises.storage()
                .runs()
                .find(run.tenant(), run.id())
                .orElseThrow(() -> new NotFoundException("run " + run.id() + " is no longer kept"));
    }

    /** Null if somebody else was faster and it is worth another look. */
    @Nullable
    CommitResult made(Commit commit) {
        try {
            return premises.sending().send(run.id(), commit, deadline);
        } catch (ConflictException faster) {
            if (rounds++ >= ROUNDS) {
                throw faster;
            }
            return null;
        }
    }

    /** A run as it is once a change was made. */
    static RunHead changed(RunHead head, RunChange change, long fence) {
        return new RunHead(
                head.tenant(),
                head.id(),
                head.agent(),
                head.session(),
                change.state(),
                fence,
                change.activation(),
                0,
                change.holder(),
                null,
                head.created(),
                Instant.now());
    }
}
