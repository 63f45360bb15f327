package org.copilotframework.storage.jdbc.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
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

    private final Writer writer;
    private final Readers readers;
    private final SqliteSchema schema;
    private final Durability durability;

    private SqliteDatabase(Writer writer, Readers readers, SqliteSchema schema, Durability durability) {
        this.writer = writer;
        this.readers = readers;
        this.schema = schema;
        this.durability = durability;
    }

    /**
     * Opens the file that the URL names, and makes an empty one if there is none.
     *
     * @param url which file
     * @param settings the settings
     * @param home where the driver's library is kept
     * @return the database
     */
    public static SqliteDatabase open(StorageUrl url, JdbcSettings settings, Path home) {
        SqliteFile file = SqliteFile.of(url, settings);
        SqliteFaults faults = new SqliteFaults(file.toString());
        NativeLibrary.load(home);
        try {
            Statements writing = new Statements(file.openForWriting());
            return new SqliteDatabase(
                    new Writer(writing, faults, settings.timeout(), "copilot-sqlite-writer"),
                    new Readers(file, faults, settings.timeout(), settings.poolSize()),
                    new SqliteSchema(file, faults),
                    settings.synchronous() == Synchronous.FULL ? Durability.POWER_LOSS : Durability.PROCESS_CRASH);
        } catch (SQLException failed) {
            throw faults.opening(failed);
        }
    }

    @Override
    public <T> T query(String sql, Reading<T> reading, Object... arguments) {
        return readers.query(sql, reading, arguments);
    }

    @Override
    public Texts texts() {
        return SqliteTexts.TEXTS;
    }

    @Override
    public CommitResult commit(Commit commit) {
        return writer.run(statements -> new CommitWork(statements, commit).run());
    }

    @Override
    public boolean deleteSession(TenantId tenant, SessionId id) {
        return writer.run(statements -> {
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
        return writer.run(statements -> {
            RunWrites runs = new RunWrites(statements);
            RunWrites.Place run = runs.find(tenant, id);
            if (run.no() != 0) {
                runs.delete(run.no());
            }
            return run.no() != 0;
        });
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
        // Who asks again and again when nothing is due should not keep the writer from its work.
        long now = Micros.now();
        boolean none = agents.stream().noneMatch(agent -> readers.query(QueueWrites.DUE, Rows::any, agent, now, 1));
        return none
                ? List.of()
                : writer.run(statements -> new QueueWrites(statements).claim(holder, agents, lease, limit));
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return writer.run(statements -> new QueueWrites(statements).renew(held, lease));
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        return writer.run(statements -> new RunWrites(statements).retain(lease, events, keepFrom));
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        return writer.run(statements -> new ValueWrites(statements).compareAndSet(tenant, change, Micros.now()));
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        return writer.run(statements -> new ValueWrites(statements).add(tenant, key, delta, ttl, Micros.now()));
    }

    @Override
    public void removeMessages(Collection<Long> numbers) {
        writer.run(statements -> {
            for (Long no : numbers) {
                statements.update("DELETE FROM copilot_outbox WHERE no = ?", no);
            }
            return numbers.size();
        });
    }

    @Override
    public int eraseSome(TenantId tenant, int limit) {
        return writer.run(statements -> new Sweeps(statements).erase(tenant, limit));
    }

    @Override
    public int sweepValues(int limit) {
        return writer.run(statements -> new Sweeps(statements).oldValues(limit));
    }

    @Override
    public int sweepRuns(int limit) {
        return writer.run(statements -> new Sweeps(statements).oldRuns(limit));
    }

    @Override
    public int sweepSessions(Duration idle, int limit) {
        return writer.run(statements -> new Sweeps(statements).idleSessions(idle, limit));
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public void migrate() {
        schema.migrate();
    }

    @Override
    public void check() {
        schema.check();
    }

    @Override
    public void close() {
        readers.close();
        writer.close();
    }
}
