package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.jspecify.annotations.Nullable;

/** Deletes what is no longer kept, within a transaction of the writer. */
final class Sweeps {
    private static final String TENANT_SESSIONS = "SELECT no FROM copilot_session WHERE tenant = ? LIMIT ?";
    private static final String IDLE_SESSIONS =
            "SELECT no FROM copilot_session WHERE day <= ? AND changed <= ? ORDER BY day LIMIT ?";
    private static final String TENANT_RUNS = "SELECT no FROM copilot_run WHERE tenant = ? LIMIT ?";
    private static final String OLD_RUNS = "SELECT no FROM copilot_run WHERE expires <= ? ORDER BY expires LIMIT ?";
    private static final String TENANT_VALUES = """
            DELETE FROM copilot_value WHERE (tenant, name) IN (
                SELECT tenant, name FROM copilot_value WHERE tenant = ? LIMIT ?)""";
    private static final String OLD_VALUES = """
            DELETE FROM copilot_value WHERE (tenant, name) IN (
                SELECT tenant, name FROM copilot_value WHERE expires <= ? ORDER BY expires LIMIT ?)""";
    private static final String TENANT_MESSAGES =
            "DELETE FROM copilot_outbox WHERE no IN (SELECT no FROM copilot_outbox WHERE tenant = ? LIMIT ?)";

    private static final String REMAINS =
            "SELECT no, run FROM copilot_remains WHERE ?1 IS NULL OR tenant = ?1 ORDER BY run, no LIMIT 1";
    private static final String CLEARED = "DELETE FROM copilot_remains WHERE run = ? AND no = ?";

    private final Statements statements;

    Sweeps(Statements statements) {
        this.statements = statements;
    }

    /** Deletes some of what a tenant has. Returns 0 once there is nothing left. */
    int erase(TenantId tenant, int limit) throws SQLException {
        int erased = sessions(TENANT_SESSIONS, tenant.value(), limit);
        erased = erased > 0 ? erased : runs(TENANT_RUNS, tenant.value(), limit);
        erased = erased > 0 ? erased : statements.update(TENANT_VALUES, tenant.value(), limit);
        return erased > 0 ? erased : statements.update(TENANT_MESSAGES, tenant.value(), limit);
    }

    /** What deleted sessions and runs left; the note of one is a row too. */
    int clear(@Nullable TenantId tenant, int rows) throws SQLException {
        int left = rows;
        for (Optional<Left> next = next(tenant); next.isPresent() && left > 0; next = next(tenant)) {
            Left one = next.get();
            left -= one.run()
                    ? new RunWrites(statements).clear(one.no(), left)
                    : new SessionWrites(statements).clear(one.no(), left);
            if (left > 0) {
                left -= statements.update(CLEARED, one.run() ? 1 : 0, one.no());
            }
        }
        return rows - left;
    }

    private record Left(long no, boolean run) {}

    private Optional<Left> next(@Nullable TenantId tenant) throws SQLException {
        return statements.query(
                REMAINS,
                row -> row.next() ? Optional.of(new Left(row.getLong(1), row.getInt(2) == 1)) : Optional.empty(),
                tenant == null ? null : tenant.value());
    }

    int oldValues(int limit) throws SQLException {
        return statements.update(OLD_VALUES, Micros.now(), limit);
    }

    int oldRuns(int limit) throws SQLException {
        return runs(OLD_RUNS, Micros.now(), limit);
    }

    int idleSessions(Duration idle, int limit) throws SQLException {
        long before = Micros.now() - Micros.of(idle);
        return sessions(IDLE_SESSIONS, Math.floorDiv(before, Micros.DAY), before, limit);
    }

    private int sessions(String which, @Nullable Object... arguments) throws SQLException {
        List<Long> found = statements.query(which, Rows.all(row -> row.getLong(1)), arguments);
        SessionWrites sessions = new SessionWrites(statements);
        for (Long no : found) {
            sessions.delete(no);
        }
        return found.size();
    }

    private int runs(String which, @Nullable Object... arguments) throws SQLException {
        List<Long> found = statements.query(which, Rows.all(row -> row.getLong(1)), arguments);
        RunWrites runs = new RunWrites(statements);
        for (Long no : found) {
            runs.delete(no);
        }
        return found.size();
    }
}
