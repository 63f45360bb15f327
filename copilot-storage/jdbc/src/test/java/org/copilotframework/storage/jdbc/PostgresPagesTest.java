package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.jdbc.Turns.ACME;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page reads its own rows and no others, also where the server knows nothing yet of how the table is filled. */
class PostgresPagesTest {
    private static final int DEEP = 5_000;
    private static final int PAGE = 10;
    private static final TestDatabase STORE = TestDatabase.empty();

    @BeforeAll
    static void fill() {
        try (Storage storage = STORE.open()) {
            storage.migrate();
        }
        for (String table : new String[] {"session", "turn", "run", "step", "event", "value", "outbox"}) {
            TestServer.administer(STORE.name(), "ALTER TABLE copilot_" + table + " SET (autovacuum_enabled = off)");
        }
        TestServer.administer(
                STORE.name(),
                each("copilot_session (tenant, id, version, oldest, changed, day)", "'acme', 's' || n, 5000, 1, 0, 0"),
                each(
                        "copilot_turn (session, version, time, tenant, id, agent, content)",
                        "(SELECT min(no) FROM copilot_session), n, 0, 'acme', 't' || n, 'a', 'x'"),
                each(
                        "copilot_run (fence, created, changed, activation, attempt, tenant, id, agent, state, change, input)",
                        "1, 0, 0, 1, 0, 'acme', 'r' || n, 'a', 'COMPLETED', 'c', 'x'"),
                // Few, and before all that have ended in the index by id.
                "INSERT INTO copilot_run (fence, created, changed, activation, attempt, tenant, id, agent, state, change, input)"
                        + " SELECT 1, 0, 0, 1, 0, 'acme', 'a' || n, 'a', 'WORKING', 'c', 'x' FROM generate_series(1, "
                        + PAGE + ") n",
                each(
                        "copilot_step (run, tenant, name, result)",
                        "(SELECT min(no) FROM copilot_run), 'acme', 'k' || n, 'x'"),
                each(
                        "copilot_event (run, position, tenant, content)",
                        "(SELECT min(no) FROM copilot_run), n, 'acme', 'x'"),
                each("copilot_value (tenant, name, version, content)", "'acme', 'v' || n, 1, 'x'"),
                each("copilot_outbox (tenant, topic, name, content)", "'acme', 'topic', 'n', 'x'"));
    }

    private static String each(String into, String values) {
        return "INSERT INTO " + into + " SELECT " + values + " FROM generate_series(1, " + DEEP + ") n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "copilot_session; copilot_sessions('acme', 's3', 10)",
                "copilot_turn; copilot_turns('acme', 's1', 5000, 10, 1000000)",
                "copilot_run; copilot_runs('acme', 'r3', 10)",
                "copilot_run; copilot_runs_in('acme', 'COMPLETED', 'r3', 10)",
                "copilot_run; copilot_runs_in('acme', 'WORKING', '~', 10)",
                "copilot_step; copilot_steps('acme', 'r1', 'k3', 10, 1000000)",
                "copilot_event; copilot_events('acme', 'r1', 1000, 10, 1000000)",
                "copilot_value; copilot_values('acme', 'v3', '', 'z', 10, 1000000)",
                "copilot_outbox; copilot_messages(0, 10, 1000000)"
            })
    void aPageReadsItsRowsAndNoOthers(String table, String page) throws SQLException {
        try (Connection connection = STORE.connect(ACME);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(number(statement, "SELECT count(*) FROM " + page)).isEqualTo(PAGE);
            assertThat(number(
                            statement,
                            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
                                    + " FROM pg_stat_xact_user_tables WHERE relname = '" + table + "'"))
                    .as("rows of %s that were read", table)
                    .isBetween((long) PAGE, 2L * PAGE);
        }
    }

    static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
