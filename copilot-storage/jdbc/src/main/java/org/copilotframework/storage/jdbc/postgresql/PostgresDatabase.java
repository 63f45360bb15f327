package org.copilotframework.storage.jdbc.postgresql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
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
import org.copilotframework.storage.jdbc.sql.Conflicts;
import org.copilotframework.storage.jdbc.sql.Database;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.copilotframework.storage.jdbc.sql.Texts;
import org.jspecify.annotations.Nullable;

/** A store in PostgreSQL. */
public final class PostgresDatabase implements Database {
    private static final String URL = "copilot.storage.url (in the environment DATABASE_URL)";
    private static final String OWNER_URL = "copilot.storage.jdbc.owner-url";

    private static final String OVERDUE = "SELECT " + Rows.HEAD + " FROM copilot_overdue(?, ?, ?) AS r";
    private static final String CLAIM = "SELECT " + PostgresTexts.RUN + " FROM copilot_claim(?, ?, ?, ?, ?) AS r";

    private final Pool pool;
    private final PostgresFaults faults;
    private final PostgresSchema schema;

    private PostgresDatabase(Pool pool, PostgresFaults faults, PostgresSchema schema) {
        this.pool = pool;
        this.faults = faults;
        this.schema = schema;
    }

    /**
     * Connects to the database that the URL names.
     *
     * @param url which database
     * @param settings the settings
     * @return the database
     */
    public static PostgresDatabase open(StorageUrl url, JdbcSettings settings) {
        PostgresUrl application = new PostgresUrl(url, URL);
        PostgresUrl owner = settings.ownerUrl().map(PostgresDatabase::owner).orElse(application);
        PostgresFaults faults = new PostgresFaults(application, settings.timeout());
        Pool pool = Pool.open(application, settings, faults);
        return new PostgresDatabase(
                pool,
                faults,
                new PostgresSchema(pool, application, owner, faults, settings.timeout(), settings.allowBypassRls()));
    }

    private static PostgresUrl owner(String text) {
        try {
            return new PostgresUrl(StorageUrl.parse(text), OWNER_URL);
        } catch (InvalidRequestException malformed) {
            throw malformed.getMessage().startsWith(OWNER_URL)
                    ? malformed
                    : new InvalidRequestException(OWNER_URL + ": " + malformed.getMessage());
        }
    }

    @Override
    public <T> T query(String sql, Reading<T> reading, Object... arguments) {
        return pool.read(sql, reading, arguments);
    }

    @Override
    public Texts texts() {
        return PostgresTexts.TEXTS;
    }

    @Override
    public CommitResult commit(Commit commit) {
        try {
            return new CommitCall(commit).run(pool);
        } catch (SQLException failed) {
            throw faults.of(failed);
        }
    }

    @Override
    public boolean beginSession(TenantId tenant, SessionId session, long dropped) {
        return pool.change(
                "SELECT copilot_begin_session(?, ?, ?)",
                row -> row.next() && row.getBoolean(1),
                tenant.value(),
                session.value(),
                dropped);
    }

    @Override
    public boolean deleteSession(TenantId tenant, SessionId id) {
        String sql = "SELECT copilot_delete_session(?, ?)";
        return pool.change(sql, row -> row.next() && row.getBoolean(1), tenant.value(), id.value());
    }

    @Override
    public boolean deleteRun(TenantId tenant, RunId id) {
        String sql = "SELECT copilot_delete_run(?, ?)";
        return pool.change(sql, row -> row.next() && row.getBoolean(1), tenant.value(), id.value());
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        String[] names = agents.toArray(String[]::new);
        return pool.change(CLAIM, Rows.all(Rows::run), holder, names, Micros.of(lease), limit, maxBytes);
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        return pool.read(OVERDUE, Rows.all(Rows::head), Micros.of(time), except.toArray(String[]::new), limit);
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        List<RunLease> lost = new ArrayList<>(held);
        List<Integer> kept = pool.change(
                "SELECT * FROM copilot_renew(?, ?, ?, ?)",
                Rows.all(row -> row.getInt(1) - 1),
                lost.stream().map(one -> one.tenant().value()).toArray(String[]::new),
                lost.stream().map(one -> one.id().value()).toArray(String[]::new),
                lost.stream().map(RunLease::fence).toArray(Long[]::new),
                Micros.of(lease));
        kept.stream().sorted(Comparator.reverseOrder()).forEach(place -> lost.remove((int) place));
        return lost;
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        return pool.change(
                "SELECT copilot_retain(?, ?, ?, ?, ?, ?)",
                row -> row.next() && row.getBoolean(1),
                lease.tenant().value(),
                lease.id().value(),
                lease.fence(),
                events.stream().map(StoredEvent::position).toArray(Long[]::new),
                events.stream().map(event -> event.content().bytes()).toArray(byte[][]::new),
                keepFrom);
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        return pool.change(
                "SELECT copilot_set_value(?, ?, ?, ?, ?)",
                row -> {
                    row.next();
                    long version = row.getLong(1);
                    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
                },
                tenant.value(),
                change.key(),
                change.expected(),
                change.value() == null ? null : change.value().bytes(),
                Micros.orNull(change.ttl()));
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        try {
            return pool.changeOrThrow(
                    "SELECT copilot_add(?, ?, ?, ?)", Rows::number, tenant.value(), key, delta, Micros.orNull(ttl));
        } catch (SQLException failed) {
            throw switch (PostgresFaults.state(failed)) {
                case "CP002", "22003" -> Conflicts.noCounter(key);
                default -> faults.of(failed);
            };
        }
    }

    @Override
    public void removeMessages(Collection<Long> numbers) {
        pool.change("SELECT copilot_delete_messages(?)", Rows::number, (Object) numbers.toArray(Long[]::new));
    }

    @Override
    public int clear(@Nullable TenantId tenant, int rows) {
        return count("SELECT copilot_clear(?, ?)", tenant == null ? null : tenant.value(), rows);
    }

    @Override
    public int eraseSome(TenantId tenant, int limit) {
        return count("SELECT copilot_erase(?, ?)", tenant.value(), limit);
    }

    @Override
    public int sweepValues(int limit) {
        return count("SELECT copilot_delete_values(?)", limit);
    }

    @Override
    public int sweepRuns(int limit) {
        return count("SELECT copilot_delete_runs(NULL, ?)", limit);
    }

    @Override
    public int sweepSessions(Duration idle, int limit) {
        String sql = "SELECT copilot_delete_sessions(NULL, copilot_micros(now()) - ?, ?)";
        return count(sql, Micros.of(idle), limit);
    }

    private int count(String sql, @Nullable Object... arguments) {
        return (int) (long) pool.change(sql, Rows::number, arguments);
    }

    /**
     * As the server is set for our role. Without synchronous_commit a commit is told while the server has it in its own memory;
     * without fsync the operating system has it, and without full_page_writes a page that power cut in half stays broken.
     */
    @Override
    public Durability durability() {
        return pool.read(
                "SELECT current_setting('synchronous_commit') <> 'off',"
                        + " current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'",
                row -> {
                    row.next();
                    if (!row.getBoolean(1)) {
                        return Durability.MEMORY;
                    }
                    return row.getBoolean(2) ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
                });
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
        pool.close();
    }
}
