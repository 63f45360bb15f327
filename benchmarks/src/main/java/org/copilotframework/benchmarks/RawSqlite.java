package org.copilotframework.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a commit in SQLite by hand: those of our store, in the same order, on one connection with the same
 * settings, prepared once. Not safe for use by several threads.
 */
final class RawSqlite implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    RawSqlite(Path file) throws SQLException {
        this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 8000");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA journal_size_limit = 67108864");
            statement.execute("PRAGMA cache_size = -16384");
        }
    }

    /** One transaction. */
    void commit(Commit commit) throws SQLException {
        update("BEGIN IMMEDIATE");
        write(commit);
        update("COMMIT");
    }

    void begin() throws SQLException {
        update("BEGIN IMMEDIATE");
    }

    void end() throws SQLException {
        update("COMMIT");
    }

    /** Within a transaction of several, so that one that fails would leave the others alone. */
    void guarded(Commit commit) throws SQLException {
        update("SAVEPOINT one");
        write(commit);
        update("RELEASE one");
    }

    private void write(Commit commit) throws SQLException {
        String tenant = commit.tenant().value();
        long now = micros(Instant.now());
        SessionChange session = commit.session().orElse(null);
        long no = 0;
        long version = 0;
        long oldest = 1;
        if (session != null) {
            PreparedStatement find = bound(
                    "SELECT no, version, oldest, day FROM copilot_session WHERE tenant = ? AND id = ?",
                    tenant,
                    session.session().value());
            try (ResultSet row = find.executeQuery()) {
                if (row.next()) {
                    no = row.getLong(1);
                    version = row.getLong(2);
                    oldest = row.getLong(3);
                }
            }
            verify(version == session.turn().version() - 1, "the session is at " + version);
        }
        long run = 0;
        String id = commit.stepsOf().map(any -> any.value()).orElse(null);
        if (id != null) {
            PreparedStatement find =
                    bound("SELECT no, state, fence, change FROM copilot_run WHERE tenant = ? AND id = ?", tenant, id);
            try (ResultSet row = find.executeQuery()) {
                if (row.next()) {
                    run = row.getLong(1);
                    verify(row.getLong(3) == commit.run().orElseThrow().fence(), "the fence is another");
                }
            }
        }
        if (session != null) {
            append(tenant, session, no, oldest, now);
        }
        if (commit.start().isPresent()) {
            begin(tenant, commit.start().get(), now);
        } else if (commit.run().isPresent()) {
            change(run, commit.run().get(), now);
        }
    }

    private void append(String tenant, SessionChange session, long found, long oldest, long now) throws SQLException {
        StoredTurn turn = session.turn();
        long no = found;
        if (turn.version() == 1) {
            PreparedStatement begin = bound(
                    "INSERT INTO copilot_session (tenant, id, no, version, oldest, changed, day) VALUES (?, ?,"
                            + " (SELECT coalesce(max(no), 0) + 1 FROM copilot_session), 1, 1, ?, ?) RETURNING no",
                    tenant,
                    session.session().value(),
                    now,
                    now / 86_400_000_000L);
            try (ResultSet row = begin.executeQuery()) {
                row.next();
                no = row.getLong(1);
            }
        } else {
            update(
                    "UPDATE copilot_session SET version = ?, oldest = ?, changed = ? WHERE tenant = ? AND id = ?",
                    turn.version(),
                    oldest,
                    now,
                    tenant,
                    session.session().value());
        }
        update(
                "INSERT INTO copilot_turn (no, id, time, agent, content) VALUES (?, ?, ?, ?, ?)",
                no << 28 | turn.version(),
                turn.id(),
                micros(turn.time()),
                turn.agent(),
                turn.content().bytes());
    }

    private void begin(String tenant, RunStart start, long now) throws SQLException {
        PreparedStatement begin = bound(
                "INSERT INTO copilot_run (tenant, id, agent, session, state, fence, activation, attempt, holder, due,"
                        + " created, changed, change, expires) VALUES (?, ?, ?, ?, ?, 1, ?, 0, ?, ?, ?, ?, ?, ?) RETURNING no",
                tenant,
                start.id().value(),
                start.agent(),
                start.session() == null ? null : start.session().value(),
                start.state().name(),
                start.activation(),
                start.holder(),
                now + 15_000_000,
                now,
                now,
                start.change(),
                null);
        long no;
        try (ResultSet row = begin.executeQuery()) {
            row.next();
            no = row.getLong(1);
        }
        content(2 * no, start.input());
    }

    private void change(long no, RunChange change, long now) throws SQLException {
        Duration keep = change.keep();
        update(
                "UPDATE copilot_run SET state = ?, fence = fence + 1, activation = ?, attempt = 0, holder = ?, due = ?,"
                        + " changed = ?, change = ?, expires = ? WHERE no = ?",
                change.state().name(),
                change.activation(),
                change.holder(),
                null,
                now,
                change.change(),
                keep == null ? null : now + keep.toSeconds() * 1_000_000,
                no);
        Payload detail = change.detail();
        if (detail != null) {
            content(2 * no + 1, detail);
        }
    }

    private void content(long no, Payload content) throws SQLException {
        update(
                "INSERT INTO copilot_run_content (no, content) VALUES (?, ?)"
                        + " ON CONFLICT (no) DO UPDATE SET content = excluded.content",
                no,
                content.bytes());
    }

    private static void verify(boolean expected, String what) {
        if (!expected) {
            throw new IllegalStateException(what);
        }
    }

    private static long micros(Instant moment) {
        return moment.getEpochSecond() * 1_000_000 + moment.getNano() / 1_000;
    }

    private void update(String sql, @Nullable Object... arguments) throws SQLException {
        bound(sql, arguments).executeUpdate();
    }

    private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
