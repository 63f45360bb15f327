package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
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
