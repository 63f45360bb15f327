package org.copilotframework.app;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.core.json.JsonText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path inbox;
    private PluginJar jars;
    private final Cli cli = new Cli();

    @BeforeEach
    void makeInbox() throws IOException {
        inbox = Files.createDirectory(folder.resolve("inbox"));
        jars = new PluginJar(folder);
    }

    @Test
    void whatHappensToThePluginsIsShownUntilTheSignal() throws Exception {
        drop(jars.adder(), "adder.jar");
        CompletableFuture<Integer> status = start();
        awaitLine("Running. Ctrl-C drains and stops.");
        assertThat(Cli.text(cli.out)).contains("AGENT  PLUGIN", "sum    adder 1.0.0");

        drop(jars.greeter("1.0.0", "Hello"), "greeter.jar");
        awaitLine("loaded greeter 1.0.0 (greet)");
        drop(jars.greeter("1.1.0", "Ahoy"), "greeter.jar");
        awaitLine("swapped greeter 1.0.0 -> 1.1.0 (greet)");
        drop(Files.writeString(folder.resolve("junk"), "not an archive"), "greeter.jar");
        awaitLine("kept greeter 1.1.0 (greet): ");
        drop(folder.resolve("junk"), "other.jar");
        awaitLine("failed other.jar");
        Files.delete(inbox.resolve("greeter.jar"));
        awaitLine("removed greeter 1.1.0\n");

        cli.stop.ask();
        assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(Cli.text(cli.out)).endsWith("Draining.\n");
    }

    @Test
    void asJsonEachThingThatHappensIsAnObjectOnALineOfItsOwn() throws Exception {
        CompletableFuture<Integer> status = start("--json");
        awaitLine("\"event\":\"running\"");
        drop(jars.greeter("1.0.0", "Hello"), "greeter.jar");
        awaitLine("\"event\":\"loaded\"");
        cli.stop.ask();

        assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
        List<String> lines = Cli.text(cli.out).lines().toList();
        assertThat(JsonText.parse(lines.get(0)).map())
                .containsEntry("event", "running")
                .containsEntry("open", true)
                .containsEntry("agents", List.of())
                .containsKey("address");
        assertThat(lines)
                .allSatisfy(line -> assertThat(JsonText.parse(line).map()).containsKeys("time", "event"));
        assertThat(lines.get(lines.size() - 1)).contains("\"event\":\"draining\"");
    }

    @Test
    void whereNobodyIsAskedWhoHeIsThatIsSaid() throws Exception {
        CompletableFuture<Integer> status = start();
        awaitLine("Running.");
        assertThat(Cli.text(cli.out)).contains("Listening on http://127.0.0.1:");
        assertThat(Cli.text(cli.err).replaceAll("\\s+", " "))
                .contains("no API_KEY is set", "anybody on this machine may call agents");
        cli.stop.ask();
        assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void theFirstLineToTryIsAnswered() throws Exception {
        drop(jars.greeter("1.0.0", "Hello"), "greeter.jar");
        CompletableFuture<Integer> status = start();
        awaitLine("Running.");
        // A hint is no result, so it is told beside them.
        Matcher line = Pattern.compile("curl (http://127\\.0\\.0\\.1:[0-9]+/v1/agents/greet:invoke)")
                .matcher(Cli.text(cli.err));
        assertThat(line.find()).as(Cli.text(cli.err)).isTrue();
        HttpResponse<String> reply = call(line.group(1), "X-Nothing", "");
        cli.stop.ask();
        assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
        assertThat(reply.body()).contains("Hello");
    }

    /** The authenticators are there: a key in the environment is all it takes. */
    @Test
    void withAKeyInTheEnvironmentWhoeverHasItIsLetInAndNobodyElse() throws Exception {
        String key = "Zt8vQ4nL1xW7rB3kM9pD6sF2hJ5gC0yT";
        drop(jars.greeter("1.0.0", "Hello"), "greeter.jar");
        try (Running process = process(Map.of("API_KEY", key))) {
            process.awaitText("Running.");
            String said = process.text();
            assertThat(said).contains("-H 'X-API-KEY: ...'").doesNotContain(key, "anybody on this machine");
            Matcher line = Pattern.compile("curl (http://127\\.0\\.0\\.1:[0-9]+/v1/agents/greet:invoke)")
                    .matcher(said);
            assertThat(line.find()).as(said).isTrue();
            assertThat(call(line.group(1), "X-Nothing", "").statusCode()).isEqualTo(401);
            assertThat(call(line.group(1), "X-API-KEY", "wrong").statusCode()).isEqualTo(401);
            HttpResponse<String> reply = call(line.group(1), "X-API-KEY", key);
            assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
            assertThat(reply.body()).contains("Hello");
        }
    }

    private Running process(Map<String, String> environment) throws IOException {
        return Running.run(
                folder,
                environment,
                "run",
                "--home",
                folder.resolve("home").toString(),
                "--plugins",
                inbox.toString(),
                "--port",
                "0");
    }

    private static HttpResponse<String> call(String url, String header, String value) throws Exception {
        return Served.send("POST", url, header, value);
    }

    @Test
    void aProcessThatIsToldToEndEndsInOrderWithStatusZero() throws Exception {
        drop(jars.greeter("1.0.0", "Hello"), "greeter.jar");
        try (Running process = process(Map.of())) {
            process.awaitText("Running.");
            assertThat(process.end()).isZero();
            assertThat(process.text()).contains("greet  greeter 1.0.0").contains("Draining.");
        }
    }

    private CompletableFuture<Integer> start(String... more) {
        List<String> args = new java.util.ArrayList<>(List.of(
                "run",
                "--port",
                "0",
                "--plugins",
                inbox.toString(),
                "--home",
                folder.resolve("home").toString()));
        args.addAll(List.of(more));
        return CompletableFuture.supplyAsync(
                () -> CommandLineFace.run(cli.surroundings(), args.toArray(String[]::new)));
    }

    /** Puts a file into the inbox as a careful copier does. */
    private void drop(Path jar, String name) throws IOException {
        Path whole = Files.copy(jar, folder.resolve("whole"), REPLACE_EXISTING);
        Files.move(whole, inbox.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private void awaitLine(String text) {
        await().atMost(SOON).until(() -> Cli.text(cli.out).contains(text));
    }
}
