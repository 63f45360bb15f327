package org.copilotframework.storage.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StoreUnderTest;

/**
 * A PostgreSQL server for the tests of this JVM, which ends with it. Every commit waits for the disk, as in production. Each
 * database has an owner and an application role that row-level security holds back.
 */
final class TestPostgres {
    static final String OWNER = "copilot_owner";
    static final String APPLICATION = "copilot_app";
    static final String PASSWORD = "p@ss:w";

    private static final EmbeddedPostgres SERVER = start();
    private static int databases;

    private TestPostgres() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("max_connections", "200")
                    .start();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                for (String role : new String[] {OWNER, APPLICATION}) {
                    statement.execute(
                            "CREATE ROLE " + role + " LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '" + PASSWORD + "'");
                }
            }
            return server;
        } catch (IOException | SQLException failed) {
            throw new IllegalStateException("PostgreSQL does not start", failed);
        }
    }

    static int port() {
        return SERVER.getPort();
    }

    /** A new empty database that belongs to the owner; its name. */
    static synchronized String database() {
        String name = "test" + ++databases;
        administer("postgres", "CREATE DATABASE " + name + " OWNER " + OWNER);
        return name;
    }

    static String url(String database, String role) {
        return "postgresql://" + role + ":" + PASSWORD + "@127.0.0.1:" + port() + "/" + database;
    }

    /** Runs statements as the superuser. */
    static void administer(String database, String... statements) {
        try (Connection connection = connect(database, "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static Connection connect(String database, String role) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + database,
                role,
                role.equals("postgres") ? "postgres" : PASSWORD);
    }

    /** A store in a new database, opened as the application and migrated as the owner. */
    static StoreUnderTest store() {
        String given = System.getenv("COPILOT_TEST_POSTGRESQL_URL");
        if (given != null) {
            return new Store(given, Map.of());
        }
        String database = database();
        return new Store(url(database, APPLICATION), Map.of("owner-url", url(database, OWNER)));
    }

    private record Store(String url, Map<String, String> settings) implements StoreUnderTest {
        @Override
        public StorageProvider provider() {
            return new JdbcStorageProvider();
        }
    }
}
