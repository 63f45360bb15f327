package org.copilotframework.storage.jdbc.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.jdbc.JdbcSettings;
import org.copilotframework.storage.jdbc.JdbcSettings.Synchronous;
import org.copilotframework.storage.jdbc.sql.Database;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.copilotframework.storage.jdbc.sql.Texts;
import org.jspecify.annotations.Nullable;

/** A store in one file. */
public final class SqliteDatabase implements Database {
    private static final String FIND_SESSION = "SELECT no FROM copilot_session WHERE tenant = ? AND id = ?";

    private final SqliteFile file;
    private final SqliteFaults faults;
    private final JdbcSettings settings;
    private final Readers readers;
    private final SqliteSchema schema;
    /** None until there is a file: who only looks at a store makes none. */
    private volatile @Nullable Writer writer;

    private boolean closed;

    private SqliteDatabase(SqliteFile file, SqliteFaults faults, JdbcSettings settings) {
        this.file = file;
        this.faults = faults;
        this.settings = settings;
        this.readers = new Readers(file, faults, settings.timeout(), settings.poolSize());
        this.schema = new SqliteSchema(file, faults);
    }

    /**
     * Opens the file that the URL names. If there is none, {@link #migrate} makes it.
     *
     * @param url which file
     * @param settings the settings
     * @param home where the driver's library is kept
     * @return the database
     */
    public static SqliteDatabase open(StorageUrl url, JdbcSettings settings, Path home) {
        SqliteFile file = SqliteFile.of(url, settings);
        NativeLibrary.load(home);
        SqliteDatabase database = new SqliteDatabase(file, new SqliteFaults(file.toString()), settings);
        if (file.isThere()) {
            database.connected();
        }
        return database;
    }

    private synchronized Writer connected() {
        Writer open = writer;
        if (open == null) {
            if (closed) {
                throw Writer.closed();
            }
            try {
                Statements writing = new Statements(file.openForWriting());
                open = new Writer(writing, faults, settings.timeout(), "copilot-sqlite-writer");
            } catch (SQLException failed) {
                throw faults.opening(failed);
            }
            writer = open;
        }
        return open;
    }

    private Writer writer() {
        Writer open = writer;
        if (open != null) {
            return open;
        } else if (!file.isThere()) {
            throw closed() ? Writer.closed() : faults.absent();
        }
        return connected();
    }

    private synchronized boolean closed() {
        return closed;
    }

    @Override
    public <T> T query(String sql, Reading<T> reading, Object... arguments) {
        writer();
        return readers.query(sql, reading, arguments);
    }

    @Override
    public Texts texts() {
        return SqliteTexts.TEXTS;
    }

    @Override
    public CommitResult commit(Commit commit) {
        return writer().run(statements -> new CommitWork(statements, commit).run());
    }

    @Override
    public boolean beginSession(TenantId tenant, SessionId session, long dropped) {
        return writer().run(statements -> new SessionWrites(statements).begin(tenant, session, dropped, Micros.now()));
    }

    @Override
    public boolean deleteSession(TenantId tenant, SessionId id) {
        return writer().run(statements -> {
            List<Long> found =
                    statements.query(FIND_SESSION, Rows.all(row -> row.getLong(1)), tenant.value(), id.value());
            for (Long no : found) {
                new SessionWrites(statements).delete(no);
            }
            return !found.isEmpty();
        });
    }

    @Override
    public boolean deleteRun(TenantId tenant, RunId id) {
        return writer().run(statements -> {
            RunWrites runs = new RunWrites(statements);
            RunWrites.Place run = runs.find(tenant, id);
            if (run.no() != 0) {
                runs.delete(run.no());
            }
            return run.no() != 0;
        });
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        // Who asks again and again when nothing is due should not keep the writer from its work.
        long now = Micros.now();
        Writer writing = writer();
        boolean none = agents.stream().noneMatch(agent -> readers.query(QueueWrites.DUE, Rows::any, agent, now, 1));
        return none
                ? List.of()
                : writing.run(statements -> new QueueWrites(statements).claim(holder, agents, lease, limit, maxBytes));
    }

    /** One agent's at a time: there are few of them, and each query reads no more than it gives. */
    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        long before = Micros.now() - Micros.of(time);
        writer();
        List<String> agents = readers.query(SqliteTexts.AGENTS_DUE, Rows.all(row -> row.getString(1)));
        return agents.stream()
                .filter(agent -> !except.contains(agent))
                .flatMap(agent ->
                        readers.query(SqliteTexts.OVERDUE, Rows.all(Rows::head), agent, before, limit).stream())
                .sorted(Comparator.comparing(RunHead::due, Comparator.nullsLast(Comparator.naturalOrder())))
                .limit(limit)
                .toList();
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return writer().run(statements -> new QueueWrites(statements).renew(held, lease));
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        return writer().run(statements -> new RunWrites(statements).retain(lease, events, keepFrom));
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        return writer().run(statements -> new ValueWrites(statements).compareAndSet(tenant, change, Micros.now()));
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        return writer().run(statements -> new ValueWrites(statements).add(tenant, key, delta, ttl, Micros.now()));
    }

    @Override
    public void removeMessages(Collection<Long> numbers) {
        writer().run(statements -> {
            for (Long no : numbers) {
                statements.update("DELETE FROM copilot_outbox WHERE no = ?", no);
            }
            return numbers.size();
        });
    }

    @Override
    public int clear(@Nullable TenantId tenant, int rows) {
        return writer().run(statements -> new Sweeps(statements).clear(tenant, rows));
    }

    @Override
    public int eraseSome(TenantId tenant, int limit) {
        int erased = writer().run(statements -> new Sweeps(statements).erase(tenant, limit));
        if (erased == 0) {
            try {
                file.emptyJournal();
            } catch (SQLException failed) {
                throw faults.of(failed);
            }
        }
        return erased;
    }

    @Override
    public int sweepValues(int limit) {
        return writer().run(statements -> new Sweeps(statements).oldValues(limit));
    }

    @Override
    public int sweepRuns(int limit) {
        return writer().run(statements -> new Sweeps(statements).oldRuns(limit));
    }

    @Override
    public int sweepSessions(Duration idle, int limit) {
        return writer().run(statements -> new Sweeps(statements).idleSessions(idle, limit));
    }

    @Override
    public Durability durability() {
        return settings.synchronous() == Synchronous.FULL ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
    }

    @Override
    public void migrate() {
        connected();
        schema.migrate();
    }

    @Override
    public void check() {
        if (!file.isThere()) {
            throw new ConflictException(String.valueOf(faults.absent().getMessage()));
        }
        schema.check();
    }

    @Override
    public synchronized void close() {
        closed = true;
        readers.close();
        Writer open = writer;
        if (open != null) {
            open.close();
        }
    }
}
