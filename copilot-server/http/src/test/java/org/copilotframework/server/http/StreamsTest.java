package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens in a run is seen as it happens. */
class StreamsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long a connection may be silent, where a test waits for longer: many comments fit in, also on a machine at work. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = start(home, Duration.ofSeconds(30));
    }

    /** One that sends a comment after each tenth of a second of silence. */
    private static TestServer start(Path home, Duration idle) {
        return TestServer.start(
                home,
                builder -> builder,
                settings -> new HttpSettings(
                        settings.host(),
                        settings.port(),
                        settings.calls(),
                        settings.streams(),
                        settings.bodyBytes(),
                        settings.archiveBytes(),
                        settings.headerBytes(),
                        idle,
                        Duration.ofMillis(100),
                        settings.drainDelay(),
                        settings.drainTimeout(),
                        settings.corsOrigins()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void eachEventComesThenTheReply() throws IOException, InterruptedException {
        try (EventReader stream = server.events(server.json("/v1/agents/teller:stream", "{\"text\": \"2\"}"))) {
            assertThat(stream.response.statusCode()).isEqualTo(200);
            assertThat(stream.response.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            List<EventReader.Sent> all = stream.rest();

            assertThat(all.get(0).event()).isEqualTo("run");
            assertThat(all).extracting(EventReader.Sent::event).contains("progress", "custom", "text", "state");
            assertThat(all.stream().filter(sent -> sent.event().equals("text")).map(sent -> sent.at("/delta")))
                    .containsExactly("piece 0\n", "piece 1\n");
            EventReader.Sent last = all.get(all.size() - 1);
            assertThat(last.event()).isEqualTo("reply");
            assertThat(last.at("/message/parts/0/text")).isEqualTo("told");
        }
    }

    @Test
    void whoComesBackReadsOnWhereHeWas() throws IOException, InterruptedException {
        String path;
        String half;
        try (EventReader stream = server.events(server.json("/v1/agents/teller:stream", "{\"text\": \"10\"}"))) {
            path = "/v1/runs/" + stream.next("run").at("/run") + "/events";
            half = stream.next("text").id();
        }
        try (EventReader again = server.events(server.request(path).header("Last-Event-ID", half))) {
            List<EventReader.Sent> rest = again.rest();
            assertThat(rest.stream().filter(sent -> sent.event().equals("text")).map(sent -> sent.at("/delta")))
                    .hasSize(9)
                    .first()
                    .isEqualTo("piece 1\n");
            EventReader.Sent last = rest.get(rest.size() - 1);
            assertThat(last.event()).isEqualTo("reply");
            assertThat(server.send(server.request(path).header("Last-Event-ID", last.id()))
                            .status())
                    .isEqualTo(204);
        }
        assertThat(server.send(server.request(path).header("Last-Event-ID", "x"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void anErrorIsTheLastEvent() throws IOException, InterruptedException {
        try (EventReader stream = server.events(server.json("/v1/agents/breaker:stream", "{\"text\": \"a\"}"))) {
            EventReader.Sent error = stream.next("error");
            assertThat(error.at("/code")).isEqualTo("agent_failed");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void aSilentStreamIsKeptOpen(@TempDir Path own) throws IOException, InterruptedException {
        try (TestServer impatient = start(own, SHORT);
                EventReader stream =
                        impatient.events(impatient.json("/v1/agents/waiter:stream", "{\"text\": \"a\"}"))) {
            stream.next("text");
            awaitComments(stream);
            TestAgents.Waiter.GO.release();
            assertThat(stream.next("reply").at("/message/parts/0/text")).isEqualTo("waited");
        }
    }

    @Test
    void aCallThatTakesLongIsAnswered(@TempDir Path own) throws IOException, InterruptedException {
        TestAgents.Waiter.begun = new CountDownLatch(1);
        try (TestServer impatient = start(own, SHORT)) {
            CompletableFuture<TestServer.Reply> reply = CompletableFuture.supplyAsync(
                    () -> impatient.post("/v1/agents/waiter:invoke", "{\"text\": \"a\"}"));
            TestAgents.Waiter.begun.await();
            try (EventReader other = impatient.events(impatient.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
                other.next("question");
                awaitComments(other);
            }
            TestAgents.Waiter.GO.release();
            assertThat(reply.join().at("/message/parts/0/text")).isEqualTo("waited");
        }
    }

    /** Longer than a connection may be silent there: a comment comes after each tenth of a second. */
    private static void awaitComments(EventReader stream) throws IOException {
        for (int comments = 0; comments < 40; ) {
            EventReader.Sent sent = stream.next();
            assertThat(sent).isNotNull();
            comments += sent.event().isEmpty() ? 1 : 0;
        }
    }

    @Test
    void whoeverLeavesMayHaveTheRunCanceled() throws IOException, InterruptedException {
        String run;
        try (EventReader stream =
                server.events(server.json("/v1/agents/waiter:stream?cancelOnLeave=true", "{\"text\": \"a\"}"))) {
            run = (String) stream.next("run").at("/run");
            stream.next("text");
        }
        await().atMost(PATIENCE)
                .until(() -> "canceled".equals(server.get("/v1/runs/" + run).at("/run/state")));
        // Else another test's word to go on could reach this one, which is on its way out.
        await().atMost(PATIENCE).until(() -> !TestAgents.Waiter.GO.hasQueuedThreads());
    }

    @Test
    void aRunThatWaitsForInputIsStreamedOn() throws IOException, InterruptedException {
        try (EventReader stream = server.events(server.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
            String run = (String) stream.next("run").at("/run");
            assertThat(stream.next("question").at("/message/parts/0/text")).isEqualTo("Sure?");
            await().atMost(PATIENCE)
                    .until(() -> "input_required"
                            .equals(server.get("/v1/runs/" + run).at("/run/state")));
            server.post("/v1/runs/" + run + ":input", "{\"text\": \"yes\"}");
            assertThat(stream.next("reply").at("/message/parts/0/text")).isEqualTo("You said yes");
        }
    }
}
