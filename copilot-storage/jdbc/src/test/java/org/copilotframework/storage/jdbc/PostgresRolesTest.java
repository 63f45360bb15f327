package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.jdbc.Turns.ACME;
import static org.copilotframework.storage.jdbc.Turns.UMBRELLA;
import static org.copilotframework.storage.jdbc.Turns.turn;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may do what: the owner makes the tables, the application uses them, and the database itself keeps tenants apart. */
class PostgresRolesTest {
    private static final List<String> TABLES = List.of(
            "copilot_session",
            "copilot_turn",
            "copilot_state",
            "copilot_run",
            "copilot_step",
            "copilot_event",
            "copilot_remains",
            "copilot_value",
            "copilot_outbox");

    private static final TestDatabase STORE = TestDatabase.empty();

    @BeforeAll
    static void aTurnOfEachTenant() {
        try (Storage storage = STORE.open()) {
            storage.migrate();
            storage.commit(turn(ACME, "s1", 1, 10));
            storage.commit(turn(UMBRELLA, "s1", 1, 10));
            storage.commit(turn(UMBRELLA, "s2", 1, 10));
        }
    }

    @Test
    void aQueryWithoutAConditionSeesTheTenantsRowsOnly() throws SQLException {
        assertThat(count(STORE.connect(ACME), "copilot_turn")).isEqualTo(1);
        assertThat(count(STORE.connect(UMBRELLA), "copilot_turn")).isEqualTo(2);
        assertThat(count(STORE.connect(new TenantId("nobody")), "copilot_turn")).isZero();
    }

    @Test
    void whoNamesNoTenantSeesNothingAndNorDoesTheOwner() throws SQLException {
        for (String role : List.of(TestServer.APPLICATION, TestServer.OWNER)) {
            for (String table : TABLES) {
                assertThat(count(connect(role), table))
                        .as(table + " as " + role)
                        .isZero();
            }
        }
    }

    @Test
    void noRowIsWrittenForAnotherTenant() throws SQLException {
        try (Connection connection = STORE.connect(ACME);
                Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute("INSERT INTO copilot_outbox (tenant, topic, name, content)"
                            + " VALUES ('umbrella', 't', 'n', '')"))
                    .withMessageContaining("row-level security");
            assertThat(statement.executeUpdate("UPDATE copilot_turn SET agent = 'x'"))
                    .isEqualTo(1);
            assertThat(statement.executeUpdate("DELETE FROM copilot_turn WHERE tenant = 'umbrella'"))
                    .isZero();
        }
    }

    @Test
    void everyTableThereIsHasForcedRowSecurity() throws SQLException {
        try (Connection connection = connect(TestServer.OWNER);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
                                + " WHERE relkind = 'r' AND relname LIKE 'copilot%' AND relname <> 'copilot_schema_history'")) {
            int tables = 0;
            while (rows.next()) {
                assertThat(rows.getBoolean(2)).as(rows.getString(1)).isTrue();
                tables++;
            }
            assertThat(tables).isEqualTo(TABLES.size());
        }
    }

    @Test
    void aRoleThatRowSecurityDoesNotHoldBackIsRefusedUnlessThatIsAllowed() {
        TestServer.administer(
                "postgres",
                TestServer.role("copilot_super", "SUPERUSER"),
                TestServer.role("copilot_bypass", "NOSUPERUSER BYPASSRLS"));
        TestDatabase superuser = TestDatabase.empty().as("copilot_super").without("owner-url");
        TestDatabase bypass = STORE.as("copilot_bypass");
        try (Storage storage = superuser.open()) {
            refused(storage::migrate, "'copilot_super' is a superuser");
            refused(storage::check, "copilot.storage.jdbc.allow-bypass-rls");
        }
        try (Storage storage = bypass.open()) {
            refused(storage::migrate, "'copilot_bypass' has BYPASSRLS");
            refused(storage::check, "NOBYPASSRLS");
        }
        try (Storage storage = superuser.with("allow-bypass-rls", "true").open()) {
            storage.migrate();
            storage.check();
            storage.commit(turn("s1", 1));
        }
    }

    @Test
    void anApplicationRoleNeedsItsGrantsWhichAMigrationByTheOwnerGives() {
        TestServer.administer("postgres", TestServer.role("copilot_second", "NOSUPERUSER NOBYPASSRLS"));
        TestDatabase second = STORE.as("copilot_second");
        try (Storage storage = second.without("owner-url").open()) {
            refused(storage::check, "copilot.storage.jdbc.owner-url");
            refused(storage::migrate, "copilot.storage.jdbc.owner-url");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.commit(turn("s9", 1)))
                    .withMessageContaining("lacks a right");
        }
        try (Storage storage = second.open()) {
            storage.migrate();
            storage.check();
            storage.commit(turn(new TenantId("third"), "s9", 1, 10));
        }
    }

    @Test
    void theApplicationRoleMayNotChangeTables() throws SQLException {
        try (Connection connection = connect(TestServer.APPLICATION);
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "DROP TABLE copilot_turn",
                    "ALTER TABLE copilot_turn DISABLE ROW LEVEL SECURITY",
                    "DROP POLICY copilot_tenant ON copilot_turn",
                    "TRUNCATE copilot_turn",
                    "INSERT INTO copilot_schema_history (installed_rank) VALUES (99)")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(sql)
                        .isThrownBy(() -> statement.execute(sql))
                        .satisfies(error -> assertThat(error.getSQLState()).isEqualTo("42501"));
            }
        }
    }

    @Test
    void withoutAnOwnerTheOnlyRoleOwnsTheTablesAndIsHeldBackAllTheSame() {
        TestDatabase alone = TestDatabase.empty().as(TestServer.OWNER).without("owner-url");
        try (Storage storage = alone.open()) {
            storage.migrate();
            storage.check();
            storage.commit(turn("s1", 1));
        }
    }

    private static Connection connect(String role) throws SQLException {
        return TestServer.connect(STORE.name(), role, TestServer.PASSWORD);
    }

    private static int count(Connection connection, String table) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void refused(ThrowingCallable call, String why) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(call)
                .withMessageContaining(why);
    }
}
