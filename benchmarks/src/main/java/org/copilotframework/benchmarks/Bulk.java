package org.copilotframework.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Storage;

/**
 * Fills a store of SQLite or PostgreSQL with what many commits would leave: one session or run is made through the store, and its
 * very rows are then multiplied by SQL, with other names.
 */
final class Bulk {
    private static final SessionId TEMPLATE = new SessionId("template");
    private static final int CHUNK = 100_000;

    private Bulk() {}

    /**
     * How far the name of a session is from the one that was begun before it: names are in no order, but with {@code
     * -Dnames=ordered} in that of their beginning, as names have it that start with the time.
     */
    private static final long STEP = System.getProperty("names", "").equals("ordered") ? 4_000 : 2_654_435_761L;

    /** The name of a session that was filled in. */
    static SessionId session(long number) {
        return new SessionId(String.format("s-%08x", number * STEP % 4_294_967_296L));
    }

    /** Sessions 1 to count, with one turn each. */
    static void sessions(Backend backend, Storage storage, int count) throws Exception {
        storage.commit(Activations.turn(TEMPLATE, 1));
        if (backend.name().equals("sqlite")) {
            sqlite(backend, count, """
                    INSERT INTO copilot_session (no, tenant, id, version, oldest, changed, day)
                    SELECT t.no + n.n, t.tenant, printf('s-%%08x', n.n * %d %% 4294967296), t.version, t.oldest,
                        t.changed, t.day
                    FROM n, (SELECT * FROM copilot_session WHERE id = 'template') t""".formatted(STEP), """
                    INSERT INTO copilot_turn (no, id, time, agent, content)
                    SELECT t.no + (n.n << 28), t.id, t.time, t.agent, t.content
                    FROM n, (SELECT u.* FROM copilot_session s JOIN copilot_turn u ON u.no = (s.no << 28) + 1
                        WHERE s.id = 'template') t""");
        } else {
            backend.postgres().administer(backend.database(), """
                            INSERT INTO copilot_session (tenant, id, version, oldest, changed, day)
                            SELECT t.tenant, 's-' || lpad(to_hex(n * %d %% 4294967296), 8, '0'), t.version, t.oldest,
                                t.changed, t.day
                            FROM generate_series(1::bigint, %d) n, (SELECT * FROM copilot_session WHERE id = 'template') t""".formatted(STEP, count), """
                            INSERT INTO copilot_turn (session, version, time, tenant, id, agent, content)
                            SELECT s.no, t.version, t.time, t.tenant, t.id, t.agent, t.content
                            FROM copilot_session s, (SELECT u.* FROM copilot_session m JOIN copilot_turn u ON u.session = m.no
                                WHERE m.id = 'template') t
                            WHERE s.id <> 'template'""");
            settle(backend);
        }
    }

    /** Runs that have ended, older than all that come later. */
    static void runs(Backend backend, Storage storage, int count) throws Exception {
        RunId template = Activations.newRun();
        storage.commit(Activations.begun(template, null));
        storage.commit(Activations.replied(template, null, 1));
        if (backend.name().equals("sqlite")) {
            sqlite(backend, count, """
                    INSERT INTO copilot_run (no, tenant, id, agent, session, state, fence, activation, attempt, holder, due,
                        created, changed, change, expires)
                    SELECT t.no + n.n, t.tenant, printf('0%023d', n.n), t.agent, t.session, t.state, t.fence, t.activation,
                        t.attempt, t.holder, t.due, t.created, t.changed, printf('0%023d/1', n.n), t.expires + n.n
                    FROM n, (SELECT * FROM copilot_run ORDER BY no LIMIT 1) t""", """
                    INSERT INTO copilot_run_content (no, content) SELECT t.no + 2 * n.n, t.content
                    FROM n, (SELECT c.* FROM copilot_run_content c,
                        (SELECT no FROM copilot_run ORDER BY no LIMIT 1) r WHERE c.no = 2 * r.no) t""", """
                    INSERT INTO copilot_run_content (no, content) SELECT t.no + 2 * n.n, t.content
                    FROM n, (SELECT c.* FROM copilot_run_content c,
                        (SELECT no FROM copilot_run ORDER BY no LIMIT 1) r WHERE c.no = 2 * r.no + 1) t""");
        } else {
            backend.postgres().administer(backend.database(), """
                            INSERT INTO copilot_run (tenant, id, agent, session, state, fence, activation, attempt, holder, due,
                                created, changed, change, expires, input, detail)
                            SELECT t.tenant, '0' || lpad(n::text, 23, '0'), t.agent, t.session, t.state, t.fence, t.activation,
                                t.attempt, t.holder, t.due, t.created, t.changed, '0' || lpad(n::text, 23, '0') || '/1',
                                t.expires + n, t.input, t.detail
                            FROM generate_series(1::bigint, %d) n, (SELECT * FROM copilot_run ORDER BY no LIMIT 1) t""".formatted(count));
            settle(backend);
        }
    }

    /** Runs of another agent that wait to be taken and have for long, which nobody does. */
    static void waiting(Backend backend, Storage storage, int count) throws Exception {
        RunId template = Activations.newRun();
        storage.commit(Activations.waiting(template));
        String columns =
                "tenant, id, agent, session, state, fence, activation, attempt, holder, due, created, changed, change";
        if (backend.name().equals("sqlite")) {
            sqlite(backend, count, """
                    INSERT INTO copilot_run (no, %s)
                    SELECT t.no + n.n, t.tenant, printf('1%%023d', n.n), t.agent, t.session, t.state, t.fence, t.activation,
                        t.attempt, t.holder, t.due + n.n, t.created, t.changed, t.change
                    FROM n, (SELECT * FROM copilot_run WHERE id = '%s') t""".formatted(columns, template), """
                    INSERT INTO copilot_run_content (no, content) SELECT t.no + 2 * n.n, t.content
                    FROM n, (SELECT c.* FROM copilot_run_content c,
                        (SELECT no FROM copilot_run WHERE id = '%s') r WHERE c.no = 2 * r.no) t""".formatted(template));
        } else {
            backend.postgres().administer(backend.database(), """
                            INSERT INTO copilot_run (%s, input)
                            SELECT t.tenant, '1' || lpad(n::text, 23, '0'), t.agent, t.session, t.state, t.fence, t.activation,
                                t.attempt, t.holder, t.due + n, t.created, t.changed, t.change, t.input
                            FROM generate_series(1::bigint, %d) n, (SELECT * FROM copilot_run WHERE id = '%s') t""".formatted(columns, count, template));
            settle(backend);
        }
    }

    private static void sqlite(Backend backend, int count, String... inserts) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + backend.file());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("PRAGMA cache_size = -400000");
            for (int from = 1; from <= count; from += CHUNK) {
                int to = Math.min(count, from + CHUNK - 1);
                statement.execute("BEGIN IMMEDIATE");
                for (String insert : inserts) {
                    statement.execute("WITH RECURSIVE n(n) AS (SELECT " + from
                            + " UNION ALL SELECT n + 1 FROM n WHERE n < " + to + ") " + insert);
                }
                statement.execute("COMMIT");
            }
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /** What autovacuum and the checkpointer would do in the minutes after; not while something is measured. */
    private static void settle(Backend backend) throws SQLException {
        backend.postgres().administer(backend.database(), "VACUUM ANALYZE", "CHECKPOINT");
    }
}
