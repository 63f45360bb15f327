package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.jdbc.Turns.ACME;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who takes a few of a large backlog reads those few, whether the server has never counted the table, or did so when nothing was
 * due yet.
 */
class PostgresBacklogTest {
    private static final int BACKLOG = 5_000;
    private static final int TAKEN = 10;
    private static final TestDatabase UNCOUNTED = TestDatabase.empty();
    private static final TestDatabase STALE = TestDatabase.empty();

    /** What the server knows of the tables. */
    enum Known {
        NOTHING(UNCOUNTED),
        WHEN_NOTHING_WAS_DUE(STALE);

        private final TestDatabase place;

        Known(TestDatabase place) {
            this.place = place;
        }
    }

    @BeforeAll
    static void fill() {
        for (TestDatabase place : new TestDatabase[] {UNCOUNTED, STALE}) {
            try (Storage storage = place.open()) {
                storage.migrate();
            }
            for (String table : new String[] {"session", "run", "step", "event", "value", "remains"}) {
                TestServer.administer(place.name(), "ALTER TABLE copilot_" + table + " SET (autovacuum_enabled = off)");
            }
            TestServer.administer(
                    place.name(),
                    runs("'ended' || n", "'COMPLETED'", "NULL", "NULL", "'a' || n % 3"),
                    each("copilot_value (tenant, name, version, content)", "'acme', 'lasting' || n, 1, 'x'"),
                    each(
                            "copilot_session (tenant, id, version, oldest, changed, day)",
                            "'acme', 'new' || n, 0, 1, 9000000000000000, 100000"));
        }
        TestServer.administer(STALE.name(), "ANALYZE");
        for (TestDatabase place : new TestDatabase[] {UNCOUNTED, STALE}) {
            TestServer.administer(
                    place.name(),
                    runs("'due' || n", "'SUBMITTED'", "n", "NULL", "CASE WHEN n % 2 = 0 THEN 'here' ELSE 'absent' END"),
                    runs("'over' || n", "'COMPLETED'", "NULL", "n", "'a' || n % 3"),
                    each("copilot_value (tenant, name, version, content, expires)", "'acme', 'v' || n, 1, 'x', n"),
                    each(
                            "copilot_session (tenant, id, version, oldest, changed, day)",
                            "'acme', 's' || n, 0, 1, n, 0"));
        }
    }

    private static String runs(String id, String state, String due, String expires, String agent) {
        return each(
                "copilot_run (fence, created, changed, activation, attempt, tenant, change, input, id, state, due, expires,"
                        + " agent)",
                "1, 0, 0, 1, 0, 'acme', 'c', 'x', " + id + ", " + state + ", " + due + ", " + expires + ", " + agent);
    }

    private static String each(String into, String values) {
        return "INSERT INTO " + into + " SELECT " + values + " FROM generate_series(1, " + BACKLOG + ") n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "copilot_run; count(*); copilot_claim('me', ARRAY['here'], 1000, 10, 1000000)",
                "copilot_run; count(*); copilot_claim('me', ARRAY['here', 'absent', 'idle'], 1000, 10, 1000000)",
                "copilot_run; count(*) / 10; copilot_claim('me', ARRAY['here', 'absent', 'idle'], 1000, 100, 1000000)",
                "copilot_run; count(*); copilot_overdue(1000, ARRAY['here'], 10)",
                "copilot_run; count(*); copilot_overdue(1000, ARRAY[]::text[], 10)",
                "copilot_run; max(n); copilot_delete_runs(NULL, 10) n",
                "copilot_run; max(n); copilot_delete_runs('acme', 10) n",
                "copilot_value; max(n); copilot_delete_values(10) n",
                "copilot_session; max(n); copilot_delete_sessions(NULL, 6000, 10) n",
                "copilot_session; max(n); copilot_delete_sessions('acme', NULL, 10) n",
                "copilot_session; max(n); copilot_erase('acme', 10) n"
            })
    void whoTakesAFewOfABacklogReadsThose(String table, String number, String call) throws SQLException {
        for (Known known : Known.values()) {
            try (Connection connection = known.place.connect(ACME);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                assertThat(PostgresPagesTest.number(statement, "SELECT " + number + " FROM " + call))
                        .isEqualTo(TAKEN);
                assertThat(PostgresPagesTest.number(
                                statement,
                                "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
                                        + " FROM pg_stat_xact_user_tables WHERE relname = '" + table + "'"))
                        .as("rows of %s that were read, the server knowing %s", table, known)
                        .isBetween((long) TAKEN, call.contains(" 100,") ? 50L * TAKEN : 5L * TAKEN);
                connection.rollback();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void whoProlongsHisLeasesReadsHisRuns(int held) throws SQLException {
        String names = "ARRAY(SELECT 'due' || n FROM generate_series(1, " + held + ") n)";
        String ones = "ARRAY(SELECT 1::bigint FROM generate_series(1, " + held + ") n)";
        String tenants = "ARRAY(SELECT 'acme'::text FROM generate_series(1, " + held + ") n)";
        for (Known known : Known.values()) {
            try (Connection connection = known.place.connect(ACME);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("SELECT set_config('copilot.tenant', '*', true)");
                statement.execute("UPDATE copilot_run SET holder = 'me' WHERE id = ANY (" + names + ")");
                String read = "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
                        + " FROM pg_stat_xact_user_tables WHERE relname = 'copilot_run'";
                long before = PostgresPagesTest.number(statement, read);
                assertThat(PostgresPagesTest.number(
                                statement,
                                "SELECT count(*) FROM copilot_renew(" + tenants + ", " + names + ", " + ones
                                        + ", 1000)"))
                        .isEqualTo(held);
                assertThat(PostgresPagesTest.number(statement, read) - before)
                        .as("rows that were read, the server knowing %s", known)
                        .isBetween((long) held, 5L * held);
                connection.rollback();
            }
        }
    }
}
