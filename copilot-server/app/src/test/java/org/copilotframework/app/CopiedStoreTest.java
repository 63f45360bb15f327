package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in one kind of store goes into another kind, and back. */
class CopiedStoreTest {
    @TempDir
    static Path shared;

    private static EmbeddedPostgres server;
    private static String recalling;

    @TempDir
    Path home;

    private final Cli cli = new Cli();

    @BeforeAll
    static void startPostgres() throws IOException, SQLException {
        recalling = new PluginJar(shared).recalling().toString();
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE copying LOGIN PASSWORD 'p@ss:w'");
            statement.execute("CREATE DATABASE copied OWNER copying");
        }
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        server.close();
    }

    @BeforeEach
    void launch() {
        cli.properties.put("copilot.launcher.plugins", recalling);
    }

    @Test
    void fromSqliteToPostgresAndBackNothingIsLost() throws IOException {
        String file = "sqlite:" + home.resolve("copilot.db");
        String database = "postgresql://copying:p@ss:w@127.0.0.1:" + server.getPort() + "/copied";
        String back = "sqlite:" + home.resolve("back.db");
        for (int session = 1; session <= 5; session++) {
            run("ask", "recall", "one of " + session, "--session", "s" + session);
            run("ask", "recall", "two of " + session, "--session", "s" + session, "--tenant", "acme");
        }

        String there = copied(file, database);
        assertThat(copied(database, back)).isEqualTo(there);

        use(database);
        assertThat(run("ask", "recall", "three", "--session", "s3").out()).isEqualTo("Before: one of 3.\n");
        use(back);
        assertThat(run("ask", "recall", "three", "--session", "s3").out()).isEqualTo("Before: one of 3.\n");
    }

    @Test
    void onATerminalACopyShowsHowFarItIsUpToTheEnd() {
        run("ask", "recall", "one");
        String file = "sqlite:" + home.resolve("copilot.db");

        cli.onTerminal();
        Outcome outcome = run("store", "copy", "--from", file, "--to", "sqlite:" + home.resolve("other.db"));

        assertThat(outcome.status()).as(outcome.err()).isZero();
        // The last line of progress is full, and then taken away.
        assertThat(outcome.err()).endsWith("[" + "#".repeat(20) + "] 100%\033[0m\r\033[K");
        assertThat(outcome.out())
                .contains("Both stores hold the same: 1 tenants")
                .doesNotContain("%");
    }

    private void use(String url) throws IOException {
        Files.writeString(home.resolve("copilot.properties"), "copilot.storage.url=" + url + "\n");
    }

    /** The hash that both have. */
    private String copied(String from, String to) {
        Outcome outcome = run("store", "copy", "--from", from, "--to", to, "--json");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.json("/tenants")).isEqualTo(2L);
        assertThat(outcome.json("/turns")).isEqualTo(10L);
        return (String) outcome.json("/sha256");
    }

    private Outcome run(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--home";
        all[args.length + 1] = home.toString();
        return cli.run(all);
    }
}
