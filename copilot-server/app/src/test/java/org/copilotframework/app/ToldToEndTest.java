package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server that gets SIGTERM has acknowledged is not lost. */
class ToldToEndTest {
    private static final Pattern ADDRESS = Pattern.compile("Listening on (http://[^ ;]+)");
    private static final Duration SOON = Duration.ofSeconds(90);
    /** Of calls that are waited for; runs are handed back after it. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("COPILOT_PLUGINS_DRAIN_TIMEOUT", "3s", "COPILOT_RUNS_LEASE", "5s");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void aCallUnderWayIsAnsweredAndASubmittedRunGoesOnInTheNextProcess() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.copy(new PluginJar(folder).steady(), inbox.resolve("steady.jar"));
        Path called = Files.createDirectory(folder.resolve("called"));
        Path submitted = Files.createDirectory(folder.resolve("submitted"));
        String run;
        try (Running first = run(inbox)) {
            String agent = address(first) + "/v1/agents/steady";
            CompletableFuture<HttpResponse<String>> answer =
                    client.sendAsync(said(agent + ":invoke", called), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> accepted =
                    client.send(said(agent + ":submit", submitted), HttpResponse.BodyHandlers.ofString());
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            run = accepted.headers().firstValue("Location").orElseThrow();
            for (Path one : new Path[] {called, submitted}) {
                await().atMost(SOON).until(() -> Files.exists(one.resolve("waiting")));
            }

            first.tell();
            first.awaitText("Draining.");
            Files.writeString(called.resolve("go"), "");
            HttpResponse<String> reply = answer.get(90, TimeUnit.SECONDS);
            assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
            assertThat(reply.body()).contains("first and second");
            assertThat(first.end()).as(first.text()).isZero();
        }
        assertThat(Files.readAllLines(submitted.resolve("steps"))).containsExactly("first");

        Files.writeString(submitted.resolve("go"), "");
        try (Running next = run(inbox)) {
            URI seen = URI.create(address(next)).resolve(run);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(client.send(
                                            HttpRequest.newBuilder(seen).build(), HttpResponse.BodyHandlers.ofString())
                                    .body())
                            .contains("\"completed\"", "first and second"));
            assertThat(next.end()).isZero();
        }
        // What was done before the signal is not done again.
        assertThat(Files.readAllLines(submitted.resolve("steps"))).containsExactly("first", "second");
    }

    private Running run(Path inbox) throws IOException {
        return Running.run(
                folder,
                ENVIRONMENT,
                "run",
                "--port",
                "0",
                "--home",
                folder.resolve("home").toString(),
                "--plugins",
                inbox.toString());
    }

    private static String address(Running server) throws IOException {
        server.awaitText("Running.");
        Matcher address = ADDRESS.matcher(server.text());
        assertThat(address.find()).as(server.text()).isTrue();
        return address.group(1);
    }

    private static HttpRequest said(String url, Path folder) {
        String body = "{\"text\": \"" + folder.toString().replace("\\", "\\\\") + "\"}";
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8))
                .build();
    }
}
