package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.jdbc.sql.Conflicts;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.jspecify.annotations.Nullable;

/** One commit within a transaction of the writer: first all that may speak against it is looked at, then it is written. */
final class CommitWork {
    /** Greater than all before, and never again the same: a slow relay must not remove another message. */
    private static final String SEND = """
            INSERT INTO copilot_outbox (no, tenant, topic, name, content)
            VALUES (max(coalesce((SELECT max(no) + 1 FROM copilot_outbox), 0), ?), ?, ?, ?, ?)""";

    private final Statements statements;
    private final Commit commit;
    private final SessionWrites sessions;
    private final RunWrites runs;
    private final long now = Micros.now();

    CommitWork(Statements statements, Commit commit) {
        this.statements = statements;
        this.commit = commit;
        this.sessions = new SessionWrites(statements);
        this.runs = new RunWrites(statements);
    }

    CommitResult run() throws SQLException {
        SessionChange change = commit.session().orElse(null);
        SessionWrites.Place session = change == null ? null : sessions.find(commit.tenant(), change.session());
        if (change != null && session != null) {
            Optional<StoredTurn> before = sessions.turn(session, change.turn());
            if (before.isPresent()) {
                return new CommitResult(true, before.get(), fence());
            }
        }
        RunId id = commit.stepsOf().orElse(null);
        RunWrites.Place run = id == null ? null : runs.find(commit.tenant(), id);
        if (run != null && isRepeated(run)) {
            return new CommitResult(true, turn(), fence());
        }
        if (change != null
                && session != null
                && session.version() != change.turn().version() - 1) {
            throw Conflicts.session(change, session.version());
        }
        if (run != null && id != null) {
            verify(id, run);
        }
        if (change != null && session != null) {
            sessions.write(commit.tenant(), change, session, now);
        }
        if (run != null) {
            writeRun(run);
        }
        writeRiders();
        return new CommitResult(false, turn(), fence());
    }

    private boolean isRepeated(RunWrites.Place run) {
        Optional<String> name = commit.start()
                .map(start -> start.change())
                .or(() -> commit.run().map(RunChange::change));
        return run.no() != 0 && name.isPresent() && name.get().equals(run.change());
    }

    private void verify(RunId id, RunWrites.Place run) {
        if (commit.start().isPresent()) {
            if (run.no() != 0) {
                throw Conflicts.runIsThere(id);
            }
            return;
        }
        long expected = commit.run()
                .map(RunChange::fence)
                .or(() -> commit.within().map(lease -> lease.fence()))
                .orElse(0L);
        if (run.no() == 0) {
            throw Conflicts.runIsGone(id);
        } else if (run.state().terminal()) {
            throw Conflicts.runHasEnded(id, run.state().name());
        } else if (run.fence() != expected) {
            throw Conflicts.runFence(id, run.fence(), expected);
        }
    }

    private void writeRun(RunWrites.Place run) throws SQLException {
        long no = run.no();
        if (commit.start().isPresent()) {
            no = runs.begin(commit.tenant(), commit.start().get(), now);
        } else if (commit.run().isPresent()) {
            runs.change(no, commit.run().get(), now);
        }
        for (StepRecord step : commit.steps()) {
            runs.step(no, step);
        }
        for (StoredEvent event : commit.events()) {
            runs.retain(no, event);
        }
    }

    private void writeRiders() throws SQLException {
        ValueWrites values = new ValueWrites(statements);
        for (ValueChange change : commit.values()) {
            values.demand(commit.tenant(), change, now);
        }
        for (OutboxMessage message : commit.messages()) {
            statements.update(
                    SEND,
                    now,
                    commit.tenant().value(),
                    message.topic(),
                    message.key(),
                    message.content().bytes());
        }
    }

    /** The fence that the commit leaves, or left when it was made first. */
    private long fence() {
        return commit.start().isPresent()
                ? 1
                : commit.run().map(run -> run.fence() + 1).orElse(0L);
    }

    /** The turn as it is stored. */
    private @Nullable StoredTurn turn() {
        return commit.session()
                .map(SessionChange::turn)
                .map(CommitWork::asStored)
                .orElse(null);
    }

    private static StoredTurn asStored(StoredTurn turn) {
        return new StoredTurn(
                turn.id(), turn.version(), turn.time().truncatedTo(ChronoUnit.MICROS), turn.agent(), turn.content());
    }
}
