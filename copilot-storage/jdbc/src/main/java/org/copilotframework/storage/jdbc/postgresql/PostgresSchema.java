package org.copilotframework.storage.jdbc.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.sql.Schema;
import org.flywaydb.core.api.FlywayException;

/** The tables in the database, made by their owner, and what the application's role may do with them. */
final class PostgresSchema {
    private static final int VERSION = 13;

    /** A script may have much to do, and whoever waits for the lock waits for the script. */
    private static final Duration FOR_SCRIPTS = Duration.ofMinutes(30);

    private static final String TABLES =
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relname LIKE 'copilot%'"
                    + " AND relnamespace = current_schema()::regnamespace";

    private static final String UNGRANTED = """
            SELECT count(*) FROM pg_class
            WHERE relkind = 'r' AND relname LIKE 'copilot\\_%' AND relnamespace = current_schema()::regnamespace
                AND relname <> 'copilot_schema_history'
                AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                    AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))""";

    /** Each grant as a statement; the names are quoted by the database. */
    private static final String GRANTS = """
            SELECT format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), ?::text)
            UNION ALL
            SELECT format('GRANT %s ON %I TO %I', CASE relname WHEN 'copilot_schema_history' THEN 'SELECT'
                ELSE 'SELECT, INSERT, UPDATE, DELETE' END, relname, ?::text)
            FROM pg_class WHERE relkind = 'r' AND relname LIKE 'copilot\\_%'
                AND relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT format('GRANT EXECUTE ON FUNCTION %s TO %I', oid::regprocedure, ?::text)
            FROM pg_proc WHERE proname LIKE 'copilot\\_%' AND pronamespace = current_schema()::regnamespace""";

    private static final String BYPASS =
            "SELECT rolname, rolsuper, rolbypassrls OR NOT row_security_active('copilot_session')"
                    + " FROM pg_roles WHERE rolname = current_user";

    private final PostgresUrl application;
    private final PostgresUrl owner;
    private final Pool pool;
    private final PostgresFaults faults;
    private final PostgresFaults ownerFaults;
    private final Duration timeout;
    private final boolean allowBypass;
    private final Schema schema;

    PostgresSchema(
            Pool pool,
            PostgresUrl application,
            PostgresUrl owner,
            PostgresFaults faults,
            Duration timeout,
            boolean allowBypass) {
        this.pool = pool;
        this.application = application;
        this.owner = owner;
        this.faults = faults;
        this.timeout = timeout;
        this.ownerFaults = new PostgresFaults(owner, timeout);
        this.allowBypass = allowBypass;
        this.schema = new Schema("postgresql", VERSION, TABLES, application.toString());
    }

    void check() {
        try {
            pool.use(connection -> {
                schema.demandPresent(schema.installed(connection));
                demandGrants(connection);
                demandRowSecurity(connection);
                return true;
            });
        } catch (SQLException failed) {
            throw faults.opening(failed);
        }
    }

    void migrate() {
        if (isToBeDone()) {
            try (Connection connection = owner.source(timeout, FOR_SCRIPTS).getConnection()) {
                alone(connection);
                if (schema.isOlder(schema.installed(connection))) {
                    schema.migrate(owner.source(timeout, FOR_SCRIPTS));
                }
                grant(connection);
            } catch (SQLException failed) {
                throw ofOwner(failed);
            } catch (FlywayException failed) {
                throw ofFlyway(failed);
            }
        }
        check();
    }

    /** Waits for other processes that migrate; the lock ends with the connection. Flyway's own begins after its first table. */
    private static void alone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('copilot_migration'))");
        }
    }

    /** Asks as the application; what it may not see is made or granted by the owner. */
    private boolean isToBeDone() {
        try {
            return pool.use(connection -> schema.isOlder(schema.installed(connection)) || lacksGrants(connection));
        } catch (SQLException failed) {
            if (PostgresFaults.state(failed).equals("42501")) {
                return true;
            }
            throw faults.opening(failed);
        }
    }

    private void grant(Connection connection) throws SQLException {
        if (application.user().isEmpty() || application.user().equals(owner.user())) {
            return;
        }
        connection.setAutoCommit(false);
        List<String> grants = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(GRANTS)) {
            for (int i = 1; i <= 3; i++) {
                statement.setString(i, application.user());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    grants.add(rows.getString(1));
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String grant : grants) {
                statement.execute(grant);
            }
        }
        connection.commit();
    }

    private static boolean lacksGrants(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(UNGRANTED)) {
            return row.next() && row.getInt(1) > 0;
        }
    }

    private void demandGrants(Connection connection) throws SQLException {
        if (lacksGrants(connection)) {
            throw new InvalidRequestException(application.setting() + ": the role '" + application.user()
                    + "' may not read and write all tables; run 'copilot migrate' with copilot.storage.jdbc.owner-url set,"
                    + " which grants it");
        }
    }

    private void demandRowSecurity(Connection connection) throws SQLException {
        if (allowBypass) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(BYPASS)) {
            if (row.next() && (row.getBoolean(2) || row.getBoolean(3))) {
                throw new InvalidRequestException(application.setting() + ": the role '" + row.getString(1) + "' "
                        + (row.getBoolean(2) ? "is a superuser" : "has BYPASSRLS, or row-level security is off")
                        + ", so the database does not keep tenants apart; name a role made by CREATE ROLE ... LOGIN"
                        + " NOSUPERUSER NOBYPASSRLS, and the present one in copilot.storage.jdbc.owner-url; for development"
                        + " set copilot.storage.jdbc.allow-bypass-rls to true");
            }
        }
    }

    private RuntimeException ofOwner(SQLException failed) {
        return switch (PostgresFaults.state(failed)) {
            case "42704" ->
                new InvalidRequestException(application.setting() + ": there is no role '" + application.user()
                        + "'; create it with CREATE ROLE ... LOGIN PASSWORD ... NOSUPERUSER NOBYPASSRLS");
            case "42501", "3F000" ->
                new InvalidRequestException(owner.setting() + ": the role '" + owner.user()
                        + "' may not make tables in the schema; name the owner of the database in"
                        + " copilot.storage.jdbc.owner-url, or grant CREATE on the schema");
            case "42P07", "42723" ->
                new ConflictException(
                        owner + " has tables or functions of our names that are not ours; name another database in "
                                + owner.setting() + ", or rename them");
            default -> ownerFaults.opening(failed);
        };
    }

    private RuntimeException ofFlyway(FlywayException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException known) {
                return ofOwner(known);
            }
        }
        return new UnavailableException(
                "the tables in " + owner + " could not be made: " + failed.getMessage(), Duration.ofSeconds(5), failed);
    }
}
