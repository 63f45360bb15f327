package org.copilotframework.storage.jdbc.sql;

import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
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
    /** So many sessions, runs or values at once, so that nobody waits long for what they lock. */
    private static final int PIECE = 200;

    private final Database database;
    private final Clearing clearing;
    private final SqlSessions sessions;
    private final SqlRuns runs;
    private final SqlValues values;
    private final SqlOutbox outbox;
    private volatile boolean closed;

    /**
     * Makes a store.
     *
     * @param database where its tables are; closed with the store
     */
    public SqlStorage(Database database) {
        this.database = database;
        this.clearing = new Clearing(database);
        this.sessions = new SqlSessions(database, clearing);
        this.runs = new SqlRuns(database, clearing);
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
    public void beginSession(TenantId tenant, SessionId session, long dropped) {
        Limits.version(dropped);
        if (!database.beginSession(tenant, session, dropped)) {
            Storage.super.beginSession(tenant, session, dropped);
        }
    }

    @Override
    public Durability durability() {
        return database.durability();
    }

    /** A file or a server, whatever its commits survive. */
    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void migrate() {
        demandOpen();
        database.migrate();
    }

    @Override
    public void check() {
        demandOpen();
        database.check();
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        Limits.page(limit, MAX_TENANTS);
        return database.query(
                database.texts().tenants(),
                Rows.all(row -> new TenantId(row.getString(1))),
                after == null ? "" : after.value(),
                limit);
    }

    @Override
    public long erase(TenantId tenant) {
        clearing.all(tenant);
        long erased = 0;
        int piece;
        do {
            piece = database.eraseSome(tenant, PIECE);
            erased += piece;
            // Also what another process has just deleted and not cleared.
        } while (clearing.all(tenant) || piece > 0);
        return erased;
    }

    @Override
    public int sweep(Retention retention, int limit) {
        Limits.page(limit, MAX_SWEEP);
        int swept = clearing.some(limit);
        swept += inPieces(limit - swept, database::sweepValues);
        swept += inPieces(limit - swept, database::sweepRuns);
        Duration idle = retention.idleSessions();
        return idle == null ? swept : swept + inPieces(limit - swept, piece -> database.sweepSessions(idle, piece));
    }

    private int inPieces(int limit, IntUnaryOperator sweep) {
        int swept = 0;
        while (swept < limit) {
            int wanted = Math.min(PIECE, limit - swept);
            int piece = sweep.applyAsInt(wanted);
            swept += piece;
            swept += piece == 0 ? 0 : clearing.some(limit - swept);
            if (piece < wanted) {
                break;
            }
        }
        return swept;
    }

    private void demandOpen() {
        if (closed) {
            throw new UnavailableException("the store is closed", Duration.ofSeconds(1));
        }
    }

    @Override
    public void close() {
        closed = true;
        database.close();
    }
}
