package org.copilotframework.storage.jdbc.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.copilotframework.api.error.ConflictException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The version of our tables. Looking at it is one query or two; Flyway, which takes its time to load, is only called where there
 * is something to do.
 */
public final class Schema {
    /** Flyway's table in which the scripts are noted that were run. */
    public static final String HISTORY = "copilot_schema_history";

    /** All our tables but the history; not every database has all. */
    public static final List<String> TABLES = List.of(
            "copilot_session",
            "copilot_turn",
            "copilot_state",
            "copilot_run",
            "copilot_run_content",
            "copilot_step",
            "copilot_event",
            "copilot_remains",
            "copilot_value",
            "copilot_outbox");

    private static final String INSTALLED = "SELECT max(CAST(version AS integer)) FROM " + HISTORY + " WHERE success";

    private final String dialect;
    private final int version;
    private final String tables;
    private final String where;

    /**
     * Describes a schema.
     *
     * @param dialect the folder of its scripts
     * @param version the version that this code reads and writes: that of the last script
     * @param tables a query for the names of the tables there are
     * @param where where the tables are, for messages
     */
    public Schema(String dialect, int version, String tables, String where) {
        this.dialect = dialect;
        this.version = version;
        this.tables = tables;
        this.where = where;
    }

    /**
     * Looks which version is installed.
     *
     * @param connection sees the tables
     * @return the version; 0 if there is none
     * @throws SQLException if the database fails
     * @throws ConflictException if there are tables of our names that are not ours
     */
    public int installed(Connection connection) throws SQLException {
        Set<String> present = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(tables)) {
                while (rows.next()) {
                    present.add(rows.getString(1));
                }
            }
            if (present.contains(HISTORY)) {
                try (ResultSet row = statement.executeQuery(INSTALLED)) {
                    return row.next() ? row.getInt(1) : 0;
                }
            }
        }
        present.retainAll(TABLES);
        if (!present.isEmpty()) {
            throw new ConflictException(where + " has tables of our names that are not ours, such as "
                    + present.iterator().next() + "; name another place in copilot.storage.url (in the environment"
                    + " DATABASE_URL), or rename them");
        }
        return 0;
    }

    /**
     * Tells whether something is to be done.
     *
     * @param installed the version that is installed
     * @return whether it is older than this code
     * @throws ConflictException if it is newer
     */
    public boolean isOlder(int installed) {
        if (installed > version) {
            throw new ConflictException("the tables in " + where + " have version " + installed
                    + ", and this program knows them up to version " + version
                    + "; use a newer version of the program, or name another place in copilot.storage.url (in the environment"
                    + " DATABASE_URL)");
        }
        return installed < version;
    }

    /**
     * Demands the version that this code knows.
     *
     * @param installed the version that is installed
     * @throws ConflictException if it is another
     */
    public void demandPresent(int installed) {
        if (isOlder(installed)) {
            throw new ConflictException((installed == 0
                            ? where + " has no tables of the Copilot Framework"
                            : "the tables in " + where + " have version " + installed + ", not " + version)
                    + "; run 'copilot migrate'");
        }
    }

    /**
     * Runs the scripts that were not run yet, each whole or not at all.
     *
     * @param source connects as the owner
     * @throws FlywayException if one fails
     */
    public void migrate(DataSource source) throws FlywayException {
        Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration/copilot/" + dialect)
                .table(HISTORY)
                // Other tables may be there already; those of our names were looked for before.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .baselineDescription("before the Copilot Framework")
                .failOnMissingLocations(true)
                // What a migration moves to another place is overwritten where it was.
                .initSql(dialect.equals("sqlite") ? "PRAGMA secure_delete = ON" : null)
                .load()
                .migrate();
    }
}
