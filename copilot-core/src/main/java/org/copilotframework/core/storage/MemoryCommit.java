package org.copilotframework.core.storage;

import java.time.Instant;
import java.time.InstantSource;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/**
 * One commit: it locks its own session and run, in this order, and the tenant's values while it writes; then it is made as a whole, or
 * not at all.
 */
final class MemoryCommit {
    private final Commit commit;
    private final MemorySessions sessions;
    private final RunTable table;
    private final MemoryValues values;
    private final MemoryOutbox outbox;
    private final InstantSource clock;

    MemoryCommit(
            Commit commit,
            MemorySessions sessions,
            RunTable table,
            MemoryValues values,
            MemoryOutbox outbox,
            InstantSource clock) {
        this.commit = commit;
        this.sessions = sessions;
        this.table = table;
        this.values = values;
        this.outbox = outbox;
        this.clock = clock;
    }

    CommitResult make() {
        CommitResult result = null;
        while (result == null) {
            SessionLog log = commit.session()
                    .map(change -> sessions.log(commit.tenant(), change.session()))
                    .orElse(null);
            RunEntry run = commit.stepsOf().map(this::entry).orElse(null);
            // A lock of its own stands for what the commit has not.
            synchronized (log == null ? new Object() : log) {
                synchronized (run == null ? new Object() : run) {
                    result = made(log, run);
                }
            }
        }
        return result;
    }

    /** A run that does not begin is looked for only: an entry that nobody else finds stands for one that is not there. */
    private RunEntry entry(RunId id) {
        if (commit.start().isPresent()) {
            return table.findOrMake(commit.tenant(), id);
        }
        RunEntry entry = table.find(RunTable.key(commit.tenant(), id));
        return entry == null ? new RunEntry(id) : entry;
    }

    /** The result, or null if session or run was deleted before it was locked. */
    private @Nullable CommitResult made(@Nullable SessionLog log, @Nullable RunEntry run) {
        if ((log != null && log.isGone()) || (run != null && run.isGone())) {
            return null;
        }
        try {
            StoredTurn before =
                    log == null ? null : log.repeated(commit.session().orElseThrow());
            if (before != null || (run != null && run.repeated(commit))) {
                return result(true, before);
            }
            if (log != null) {
                log.check(commit.session().orElseThrow());
            }
            if (run != null) {
                run.check(commit);
            }
            values.commit(commit.tenant(), commit.values(), () -> write(log, run));
            return result(false, null);
        } finally {
            if (log != null) {
                sessions.forgetEmpty(
                        commit.tenant(), commit.session().orElseThrow().session(), log);
            }
            if (run != null) {
                table.forgetEmpty(commit.tenant(), commit.stepsOf().orElseThrow(), run);
            }
        }
    }

    private void write(@Nullable SessionLog log, @Nullable RunEntry run) {
        Instant now = clock.instant();
        if (log != null) {
            sessions.append(commit.tenant(), log, commit.session().orElseThrow(), now);
        }
        if (run != null) {
            commit.start().ifPresent(start -> table.begin(commit.tenant(), run, start, now));
            commit.run().ifPresent(change -> table.change(run, change, now));
            run.journal(commit.steps());
            run.retain(commit.events());
        }
        if (!commit.messages().isEmpty()) {
            outbox.add(commit.tenant(), commit.messages());
        }
    }

    /** The fence is told from the commit: somebody else may have moved it since a commit that is repeated. */
    private CommitResult result(boolean repeated, @Nullable StoredTurn before) {
        long fence = commit.start().isPresent()
                ? 1
                : commit.run().map(RunChange::fence).map(shown -> shown + 1).orElse(0L);
        StoredTurn turn = before != null
                ? before
                : commit.session().map(SessionChange::turn).orElse(null);
        return new CommitResult(repeated, turn, fence);
    }
}
