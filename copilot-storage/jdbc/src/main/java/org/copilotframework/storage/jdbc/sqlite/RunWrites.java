package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.jspecify.annotations.Nullable;

/** Writes runs, within a transaction of the writer. */
final class RunWrites {
    private static final String FIND = "SELECT no, state, fence, change FROM copilot_run WHERE tenant = ? AND id = ?";
    private static final String BEGIN = """
            INSERT INTO copilot_run (no, tenant, id, agent, session, state, fence, activation, attempt, holder, due,
                created, changed, change, expires)
            VALUES (1 + max(coalesce((SELECT max(no) FROM copilot_run), 0),
                    coalesce((SELECT max(no) FROM copilot_remains WHERE run = 1), 0)),
                ?, ?, ?, ?, ?, 1, ?, 0, ?, ?, ?, ?, ?, ?) RETURNING no""";
    private static final String CHANGE = """
            UPDATE copilot_run SET state = ?, fence = fence + 1, activation = ?, attempt = 0, holder = ?, due = ?,
                changed = ?, change = ?, expires = ?
            WHERE no = ?""";
    private static final String CONTENT = "INSERT INTO copilot_run_content (no, content) VALUES (?, ?)"
            + " ON CONFLICT (no) DO UPDATE SET content = excluded.content";
    private static final String NO_CONTENT = "DELETE FROM copilot_run_content WHERE no BETWEEN ? AND ?";
    private static final String STEP = """
            INSERT INTO copilot_step (run, name, result) VALUES (?, ?, ?)
            ON CONFLICT (run, name) DO UPDATE SET result = excluded.result
            WHERE copilot_step.result IS NULL AND excluded.result IS NOT NULL""";

    private static final String RETAIN = "INSERT INTO copilot_event (run, position, content) VALUES (?, ?, ?)"
            + " ON CONFLICT (run, position) DO NOTHING";

    private static final String LEAVE =
            "INSERT INTO copilot_remains (run, no, tenant) SELECT 1, no, tenant FROM copilot_run WHERE no = ?";
    private static final String CLEAR_STEPS = "DELETE FROM copilot_step WHERE run = ?1 AND name IN ("
            + "SELECT name FROM copilot_step WHERE run = ?1 LIMIT ?2)";
    private static final String CLEAR_EVENTS = "DELETE FROM copilot_event WHERE run = ?1 AND position IN ("
            + "SELECT position FROM copilot_event WHERE run = ?1 LIMIT ?2)";

    /** Where a run stands; number 0 if there is none. */
    record Place(long no, RunState state, long fence, String change) {}

    private static final Place NONE = new Place(0, RunState.SUBMITTED, 0, "");

    private final Statements statements;

    RunWrites(Statements statements) {
        this.statements = statements;
    }

    Place find(TenantId tenant, RunId id) throws SQLException {
        return statements.query(
                FIND,
                rows -> rows.next()
                        ? new Place(
                                rows.getLong(1),
                                RunState.valueOf(rows.getString(2)),
                                rows.getLong(3),
                                rows.getString(4))
                        : NONE,
                tenant.value(),
                id.value());
    }

    /** Returns the run's number. */
    long begin(TenantId tenant, RunStart start, long now) throws SQLException {
        long no = statements.query(
                BEGIN,
                rows -> rows.next() ? rows.getLong(1) : 0L,
                tenant.value(),
                start.id().value(),
                start.agent(),
                start.session() == null ? null : start.session().value(),
                start.state().name(),
                start.activation(),
                start.holder(),
                due(start.state(), start.due(), now),
                now,
                now,
                start.change(),
                expires(start.state(), start.keep(), now));
        statements.update(CONTENT, 2 * no, start.input().bytes());
        if (start.detail() != null) {
            statements.update(CONTENT, 2 * no + 1, start.detail().bytes());
        }
        return no;
    }

    void change(long no, RunChange change, long now) throws SQLException {
        statements.update(
                CHANGE,
                change.state().name(),
                change.activation(),
                change.holder(),
                due(change.state(), change.due(), now),
                now,
                change.change(),
                expires(change.state(), change.keep(), now),
                no);
        Payload detail = change.detail();
        if (detail == null) {
            statements.update(NO_CONTENT, 2 * no + 1, 2 * no + 1);
        } else {
            statements.update(CONTENT, 2 * no + 1, detail.bytes());
        }
    }

    private static @Nullable Long due(RunState state, Due due, long now) {
        if (state.terminal()) {
            return null;
        }
        return due.relative()
                .map(wait -> now + Micros.of(wait))
                .or(() -> due.absolute().map(Micros::of))
                .orElse(null);
    }

    private static @Nullable Long expires(RunState state, @Nullable Duration keep, long now) {
        return keep == null || !state.terminal() ? null : now + Micros.of(keep);
    }

    void step(long no, StepRecord step) throws SQLException {
        Payload result = step.result();
        statements.update(STEP, no, step.key(), result == null ? null : result.bytes());
    }

    void retain(long no, StoredEvent event) throws SQLException {
        statements.update(RETAIN, no, event.position(), event.content().bytes());
    }

    boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) throws SQLException {
        Place run = find(lease.tenant(), lease.id());
        if (run.no() == 0 || run.fence() != lease.fence()) {
            return false;
        }
        statements.update("DELETE FROM copilot_event WHERE run = ? AND position < ?", run.no(), keepFrom);
        for (StoredEvent event : events) {
            if (event.position() >= keepFrom) {
                retain(run.no(), event);
            }
        }
        return true;
    }

    /** Nobody sees its steps and events any more; they are cleared later. */
    void delete(long no) throws SQLException {
        statements.update(NO_CONTENT, 2 * no, 2 * no + 1);
        statements.update(LEAVE, no);
        statements.update("DELETE FROM copilot_run WHERE no = ?", no);
    }

    /** Returns how many rows were cleared: fewer than so many if nothing is left. */
    int clear(long no, int rows) throws SQLException {
        int cleared = statements.update(CLEAR_STEPS, no, rows);
        return cleared + statements.update(CLEAR_EVENTS, no, rows - cleared);
    }
}
