package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events that are open when a server gets SIGTERM end in order, beside a call and a submitted run. */
class StreamsToldToEndTest {
    private static final Pattern ADDRESS = Pattern.compile("Listening on (http://[^ ;]+)");
    private static final Duration SOON = Duration.ofSeconds(90);

    /** Of calls and streams that are waited for; what is left of them is ended after it. */
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "COPILOT_HTTP_DRAIN_TIMEOUT", "10s",
            "COPILOT_PLUGINS_DRAIN_TIMEOUT", "3s",
            "COPILOT_RUNS_LEASE", "5s");

    @TempDir
    Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aStreamHasItsReplyOrIsToldToComeBackAndWhatWasAcknowledgedIsThereAfterwards() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.copy(new PluginJar(folder).steady(), inbox.resolve("steady.jar"));
        Path done = work("done");
        Path left = work("left");
        Path called = work("called");
        Path submitted = work("submitted");
        String run;
        try (Running first = run(inbox)) {
            String agent = address(first) + "/v1/agents/steady";
            CompletableFuture<List<String>> ending = read(agent, done);
            CompletableFuture<List<String>> waiting = read(agent, left);
            CompletableFuture<HttpResponse<String>> answer =
                    client.sendAsync(said(agent + ":invoke", called), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> accepted =
                    client.send(said(agent + ":submit", submitted), HttpResponse.BodyHandlers.ofString());
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            run = accepted.headers().firstValue("Location").orElseThrow();
            for (Path one : List.of(done, left, called, submitted)) {
                await().atMost(SOON).until(() -> Files.exists(one.resolve("waiting")));
            }

            first.tell();
            first.awaitText("Draining.");
            Files.writeString(done.resolve("go"), "");
            Files.writeString(called.resolve("go"), "");
            assertThat(answer.get(90, TimeUnit.SECONDS).body()).contains("first and second");
            // Read to the end of the body: a connection that only breaks would be an error here.
            assertThat(last(ending.get(90, TimeUnit.SECONDS), "reply")).contains("first and second");
            assertThat(last(waiting.get(90, TimeUnit.SECONDS), "error")).contains("\"unavailable\"", "stopping");
            assertThat(first.end()).as(first.text()).isZero();
        }

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
    }

    private Path work(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    /** The lines of a stream of events, once it has ended. */
    private CompletableFuture<List<String>> read(String agent, Path work) throws Exception {
        HttpResponse<java.io.InputStream> stream =
                client.send(said(agent + ":stream", work), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        return CompletableFuture.supplyAsync(() -> new BufferedReader(new InputStreamReader(stream.body(), UTF_8))
                .lines()
                .toList());
    }

    /** The data of the last event, which is of that kind. */
    private static String last(List<String> lines, String event) {
        String said = String.join("\n", lines);
        int at = said.lastIndexOf("event: ");
        assertThat(said.substring(Math.max(0, at))).as(said).startsWith("event: " + event + "\n");
        return said.substring(at);
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
