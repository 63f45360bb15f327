package org.copilotframework.storage.jdbc;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A PostgreSQL server for the tests of this JVM, which ends with it. Every commit waits for the disk, as in production. */
final class TestServer {
    static final String OWNER = "copilot_owner";
    static final String APPLICATION = "copilot_app";
    static final String PASSWORD = "p@ss:w";

    private static final Path FOLDER = folder();
    private static EmbeddedPostgres server = start(0);
    private static int databases;

    static {
        demandPasswords();
        administer("postgres", role(OWNER, "NOSUPERUSER NOBYPASSRLS"), role(APPLICATION, "NOSUPERUSER NOBYPASSRLS"));
    }

    private TestServer() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "postgresql")), "data");
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    /** The embedded server trusts everybody; this one only the superuser. */
    private static void demandPasswords() {
        try {
            Files.writeString(
                    FOLDER.resolve("pg_hba.conf"),
                    "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        administer("postgres", "SELECT pg_reload_conf()");
    }

    private static EmbeddedPostgres start(int port) {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(FOLDER)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("max_connections", "200")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException("PostgreSQL does not start", failed);
        }
    }

    static String role(String name, String rights) {
        return "CREATE ROLE " + name + " LOGIN " + rights + " PASSWORD '" + PASSWORD + "'";
    }

    static int port() {
        return server.getPort();
    }

    /** Ends the server at once, as a crash does: nothing is written that is not on the disk. */
    static void crash() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(FOLDER.resolve("postmaster.pid")).get(0));
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> ProcessHandle.of(pid).isEmpty());
    }

    /** Starts it again at the same port, after {@link #crash()}. */
    static void startAgain() throws IOException {
        int port = server.getPort();
        server.close();
        server = start(port);
    }

    /** Makes an empty database that belongs to the owner. Returns its name. */
    static synchronized String createDatabase() {
        String name = "test" + ++databases;
        administer("postgres", "CREATE DATABASE " + name + " OWNER " + OWNER);
        return name;
    }

    /** Runs statements as the superuser. */
    static void administer(String database, String... statements) {
        try (Connection connection = connect(database, "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static Connection connect(String database, String role, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/" + database, role, password);
    }
}
