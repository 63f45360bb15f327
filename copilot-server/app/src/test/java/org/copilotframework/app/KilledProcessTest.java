package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed or told to end; SQLite in the home is all that is left of them. */
class KilledProcessTest {
    private static final Duration SOON = Duration.ofSeconds(120);

    private static final TenantId TENANT = new TenantId("acme");
    private static final SessionId SESSION = new SessionId("s1");

    @TempDir
    Path folder;

    private Path work;
    private Path plugins;
    private final Cli cli = new Cli();

    @BeforeEach
    void makePlugin() throws IOException {
        work = Files.createDirectory(folder.resolve("work"));
        plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.move(new PluginJar(folder).steady(), plugins.resolve("steady.jar"));
    }

    @Test
    void aRunWhoseProcessWasKilledGoesOnInTheNextAndRepeatsNoStep() throws Exception {
        Process first = start("ask", "steady", work.toString());
        try {
            await().atMost(SOON).until(() -> Files.exists(work.resolve("waiting")));
        } finally {
            first.destroyForcibly().waitFor();
        }
        assertThat(runs("working")).isEqualTo(1);

        Files.createFile(work.resolve("go"));
        Process second = start("run", "--port", "0");
        try {
            await().atMost(SOON).until(() -> runs("completed") == 1);
        } finally {
            second.destroy();
            boolean ended = second.waitFor(SOON.toSeconds(), TimeUnit.SECONDS);
            second.destroyForcibly();
            assertThat(ended).as("told to end").isTrue();
        }
        assertThat(steps()).containsExactly("first", "second");
        String id = (String) cli("runs", "list", "--json").json("/runs/0/id");
        assertThat(cli("runs", "show", id).out()).contains("first and second");
    }

    @Test
    void whoeverNamesARunGoesOnWithItAndWithNoOther() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        for (Path each : List.of(other, work)) {
            Process asks = start("ask", "steady", each.toString());
            try {
                await().atMost(SOON).until(() -> Files.exists(each.resolve("waiting")));
            } finally {
                asks.destroyForcibly().waitFor();
            }
            Files.createFile(each.resolve("go"));
        }
        String latest = (String) cli("runs", "list", "--json").json("/runs/0/id");

        Process resumes = start("runs", "resume", latest);
        try {
            await().atMost(SOON).until(() -> !resumes.isAlive());
        } finally {
            resumes.destroyForcibly().waitFor();
        }

        assertThat(Files.readString(folder.resolve("runs.txt"))).contains("first and second");
        assertThat(steps()).containsExactly("first", "second");
        assertThat(runs("working")).isEqualTo(1);
        assertThat(Files.readAllLines(other.resolve("steps"))).containsExactly("first");
    }

    @Test
    void whoeverAsksAndIsToldToEndCancelsTheRun() throws Exception {
        Process asks = start("ask", "steady", work.toString());
        try {
            await().atMost(SOON).until(() -> Files.exists(work.resolve("waiting")));
            asks.destroy();
            assertThat(asks.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            asks.destroyForcibly();
        }
        assertThat(asks.exitValue()).isEqualTo(ErrorCode.CANCELED.exitStatus());
        assertThat(runs("canceled")).isEqualTo(1);
    }

    @Test
    void aCopyOfAStoreThatWasKilledIsFinishedByTheNext() throws Exception {
        String from = "sqlite:" + folder.resolve("from.db");
        String to = "sqlite:" + folder.resolve("to.db");
        try (Storage source = open(from)) {
            source.migrate();
            LongStream.rangeClosed(1, 9_000).forEach(version -> say(source, version));
        }
        Process first = start("store", "copy", "--from", from, "--to", to);
        try {
            await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> hasBegun() || !first.isAlive());
        } finally {
            first.destroyForcibly().waitFor();
        }

        assertThat(copied(to)).as("what the first has copied").isBetween(1L, 8_999L);
        Outcome second = cli("store", "copy", "--from", from, "--to", to, "--json");

        assertThat(second.status()).as(second.out()).isZero();
        assertThat(second.json("/turns")).isEqualTo(9_000L);
        assertThat(copied(to)).isEqualTo(9_000);
    }

    private static Storage open(String url) {
        return Orchestrator.builder().setting("copilot.storage.url", url).openStorage();
    }

    private static void say(Storage store, long version) {
        Payload content = Payload.of(("said " + version).getBytes(UTF_8));
        StoredTurn turn = new StoredTurn("r/" + version, version, Instant.ofEpochSecond(version), "agent", content);
        store.commit(Commit.in(TENANT)
                .session(new SessionChange(SESSION, turn, Map.of(), 0))
                .build());
    }

    /** Asks the file itself: to open the store takes as long as much of the copy. */
    private boolean hasBegun() {
        Path file = folder.resolve("to.db");
        if (!Files.exists(file)) {
            return false;
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(version) FROM copilot_session")) {
            return row.next() && row.getLong(1) > 0;
        } catch (SQLException notYetMigrated) {
            return false;
        }
    }

    private long copied(String url) {
        if (!Files.exists(folder.resolve("to.db"))) {
            return 0;
        }
        try (Storage target = open(url)) {
            target.check();
            return target.sessions()
                    .head(TENANT, SESSION)
                    .map(SessionHead::version)
                    .orElse(0L);
        } catch (ConflictException notYetMigrated) {
            return 0;
        }
    }

    private List<String> steps() throws IOException {
        return Files.readAllLines(work.resolve("steps"));
    }

    private int runs(String state) {
        return ((List<?>) cli("runs", "list", "--state", state, "--json").json("/runs")).size();
    }

    private Outcome cli(String... args) {
        return cli.run(
                Stream.concat(Stream.of(args), Stream.of("--home", home())).toArray(String[]::new));
    }

    private String home() {
        return folder.resolve("home").toString();
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of("--home", home()));
        if (!args[0].equals("store")) {
            command.addAll(List.of("--plugins", plugins.toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(args[0] + ".txt").toFile()));
        builder.environment().put("COPILOT_RUNS_LEASE", "1s");
        builder.environment().put("COPILOT_INVOKE_TIMEOUT", "10m");
        return builder.start();
    }
}
