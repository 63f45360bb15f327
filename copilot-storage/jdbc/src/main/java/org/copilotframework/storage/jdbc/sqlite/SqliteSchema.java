package org.copilotframework.storage.jdbc.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.sql.Schema;
import org.flywaydb.core.api.FlywayException;

/** The tables in the file. */
final class SqliteSchema {
    private static final int VERSION = 4;

    /** So often it is tried again when another process does the same at the same time. */
    private static final int ATTEMPTS = 20;

    private final SqliteFile file;
    private final SqliteFaults faults;
    private final Schema schema;

    SqliteSchema(SqliteFile file, SqliteFaults faults) {
        this.file = file;
        this.faults = faults;
        this.schema = new Schema(
                "sqlite",
                VERSION,
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name LIKE 'copilot%'",
                "the SQLite file " + file);
    }

    void check() {
        schema.demandPresent(installed());
    }

    /**
     * Flyway knows no lock for SQLite. If two processes create the same table, one of them fails, undoes what it did, and finds
     * on looking again that the other has done it.
     */
    void migrate() {
        FlywayException failed = null;
        for (int i = 0; i < ATTEMPTS && schema.isOlder(installed()); i++) {
            try {
                schema.migrate(file.source(false));
                failed = null;
            } catch (FlywayException raced) {
                failed = raced;
            }
        }
        if (failed != null && schema.isOlder(installed())) {
            throw failed.getCause() instanceof SQLException known
                    ? faults.of(known)
                    : new UnavailableException(
                            "the tables in the SQLite file " + file + " could not be made",
                            Duration.ofSeconds(5),
                            failed);
        }
    }

    private int installed() {
        try (Connection connection = file.openForReading()) {
            return schema.installed(connection);
        } catch (SQLException failed) {
            throw faults.of(failed);
        }
    }
}
