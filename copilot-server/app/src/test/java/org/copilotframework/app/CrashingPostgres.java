package org.copilotframework.app;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A PostgreSQL server that is ended in the middle of its work and started again; every commit waits for the disk. */
final class CrashingPostgres implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path data;
    private EmbeddedPostgres server;

    CrashingPostgres(Path data) throws IOException, SQLException {
        this.data = data;
        this.server = start(0);
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE sharing LOGIN PASSWORD 'p@ss:w'");
            statement.execute("CREATE DATABASE shared OWNER sharing");
        }
    }

    String url() {
        return "postgresql://sharing:p@ss:w@127.0.0.1:" + server.getPort() + "/shared";
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setPGStartupWait(PATIENCE)
                .start();
    }

    /** Nothing is written that is not on the disk yet. */
    void crashAndStartAgain() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start();
        await().atMost(PATIENCE).until(() -> ProcessHandle.of(pid).isEmpty());
        int port = server.getPort();
        server.close();
        server = start(port);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
