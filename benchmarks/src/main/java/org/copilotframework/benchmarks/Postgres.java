package org.copilotframework.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL server whose commits wait for the disk, with a role that owns and one that uses. Ends with {@link #close()}. */
final class Postgres implements AutoCloseable {
    static final String OWNER = "copilot_owner";
    static final String APPLICATION = "copilot_app";
    private static final String PASSWORD = "secret";

    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    Postgres(Path folder) throws IOException, SQLException {
        this.server = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "200")
                // A tenth of this machine; its default, 128 MB, is for one of half a gigabyte.
                .setServerConfig("shared_buffers", "2GB")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
        administer(
                "postgres",
                "CREATE ROLE " + OWNER + " LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE " + APPLICATION + " LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '" + PASSWORD + "'");
    }

    /** Makes an empty database. Returns its name. */
    String create() throws SQLException {
        String name = "bench" + databases.incrementAndGet();
        administer("postgres", "CREATE DATABASE " + name + " OWNER " + OWNER);
        return name;
    }

    int port() {
        return server.getPort();
    }

    /** As {@code copilot.storage.url} has it. */
    String url(String database, String role) {
        return "postgresql://" + role + ":" + PASSWORD + "@127.0.0.1:" + port() + "/" + database;
    }

    /** As the driver has it, with the role and its password. */
    static String jdbc(String database, String role, int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + role + "&password=" + PASSWORD;
    }

    Connection connect(String database, String role) throws SQLException {
        return DriverManager.getConnection(jdbc(database, role, port()));
    }

    /** Runs statements as the superuser. */
    void administer(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database, "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /**
     * How many rows of tables were inserted, updated and deleted in databases so far, by the server's own count, which sees into
     * functions too. A process of the server tells its count at the latest when it ends; so this waits until nobody is connected.
     */
    long rowsChanged(String... names) throws SQLException, InterruptedException {
        long changed = 0;
        for (String name : names) {
            String connected =
                    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = '";
            while (number("postgres", connected + name + "'") > 0) {
                Thread.sleep(10);
            }
            changed += number(
                    name,
                    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables");
        }
        return changed;
    }

    private long number(String database, String query) throws SQLException {
        try (Connection connection = connect(database, "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
