package org.copilotframework.storage.jdbc.sql;

import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.jspecify.annotations.Nullable;

/** A store in a database: checks what it is given, and does large deletions in small pieces. */
public final class SqlStorage implements Storage {
    private static final int MAX_TENANTS = 1_000;
    private static final int MAX_SWEEP = 10_000;
    /** So many rows at once, so that nobody waits long for what they lock. */
    private static final int PIECE = 200;

    /** Steps from one tenant to the next by the indexes, since there may be a million rows of each. */
    private static final String TENANTS = """
            WITH RECURSIVE tenants(name) AS (
                SELECT CAST(? AS text)
                UNION ALL
                SELECT (SELECT min(next) FROM (
                    SELECT (SELECT min(tenant) FROM copilot_session WHERE tenant > tenants.name) AS next
                    UNION ALL SELECT (SELECT min(tenant) FROM copilot_run WHERE tenant > tenants.name)
                    UNION ALL SELECT (SELECT min(tenant) FROM copilot_value WHERE tenant > tenants.name)
                    UNION ALL SELECT (SELECT min(tenant) FROM copilot_outbox WHERE tenant > tenants.name)) AS nexts)
                FROM tenants WHERE name IS NOT NULL)
            SELECT name FROM tenants WHERE name IS NOT NULL LIMIT ?""";

    private final Database database;
    private final SqlSessions sessions;
    private final SqlRuns runs;
    private final SqlValues values;
    private final SqlOutbox outbox;

    /**
     * Makes a store.
     *
     * @param database where its tables are; closed with the store
     */
    public SqlStorage(Database database) {
        this.database = database;
        this.sessions = new SqlSessions(database);
        this.runs = new SqlRuns(database);
        this.values = new SqlValues(database);
        this.outbox = new SqlOutbox(database);
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public KeyValues values() {
        return values;
    }

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public CommitResult commit(Commit commit) {
        Limits.commit(commit);
        return database.commit(commit);
    }

    @Override
    public Durability durability() {
        return database.durability();
    }

    @Override
    public void migrate() {
        database.migrate();
    }

    @Override
    public void check() {
        database.check();
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        Limits.page(limit, MAX_TENANTS);
        // The first row is where to begin, not a tenant.
        List<String> names = database.query(
                null, TENANTS, Rows.all(row -> row.getString(1)), after == null ? "" : after.value(), limit + 1);
        return names.stream().skip(1).map(TenantId::new).toList();
    }

    @Override
    public long erase(TenantId tenant) {
        long erased = 0;
        int piece = database.eraseSome(tenant, PIECE);
        while (piece > 0) {
            erased += piece;
            piece = database.eraseSome(tenant, PIECE);
        }
        return erased;
    }

    @Override
    public int sweep(Retention retention, int limit) {
        Limits.page(limit, MAX_SWEEP);
        int swept = inPieces(limit, database::sweepValues);
        swept += inPieces(limit - swept, database::sweepRuns);
        Duration idle = retention.idleSessions();
        return idle == null ? swept : swept + inPieces(limit - swept, piece -> database.sweepSessions(idle, piece));
    }

    private static int inPieces(int limit, IntUnaryOperator sweep) {
        int swept = 0;
        while (swept < limit) {
            int wanted = Math.min(PIECE, limit - swept);
            int piece = sweep.applyAsInt(wanted);
            swept += piece;
            if (piece < wanted) {
                break;
            }
        }
        return swept;
    }

    @Override
    public void close() {
        database.close();
    }
}
