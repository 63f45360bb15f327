package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server ends in order, and takes no more than it can. */
class StopTest {
    @TempDir
    Path home;

    private static HttpSettings with(HttpSettings of, int calls, int streams, Duration delay, Duration timeout) {
        return new HttpSettings(
                of.host(),
                of.port(),
                calls,
                streams,
                of.bodyBytes(),
                of.archiveBytes(),
                of.headerBytes(),
                of.idleTimeout(),
                of.keepAlive(),
                delay,
                timeout,
                of.corsOrigins());
    }

    private TestServer start(int calls, int streams, Duration delay, Duration timeout) {
        return TestServer.start(home, builder -> builder, settings -> with(settings, calls, streams, delay, timeout));
    }

    private static CompletableFuture<HttpResponse<String>> wait(TestServer server) {
        TestAgents.Waiter.begun = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> reply = HttpClient.newHttpClient()
                .sendAsync(
                        server.json("/v1/agents/waiter:invoke", "{\"text\": \"a\"}")
                                .build(),
                        BodyHandlers.ofString());
        await().until(() -> TestAgents.Waiter.begun.getCount() == 0);
        return reply;
    }

    @Test
    void whileItDrainsItIsNotReadyAndServesOn() throws InterruptedException {
        TestServer server = start(10, 10, Duration.ofMillis(1), Duration.ofSeconds(60));
        CompletableFuture<HttpResponse<String>> reply = wait(server);
        server.server.face().unready();
        assertThat(server.get("/health/ready").status()).isEqualTo(503);
        assertThat(server.get("/health/ready").at("/status")).isEqualTo("draining");
        assertThat(server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}").status())
                .isEqualTo(200);

        Thread closing = new Thread(server.server::close);
        closing.start();
        await().until(() -> server.get("/v1/agents").status() == 503);
        assertThat(server.get("/v1/agents").header("Retry-After")).isNotEmpty();
        assertThat(server.get("/health/live").status()).isEqualTo(200);
        assertThat(closing.isAlive()).isTrue();

        TestAgents.Waiter.GO.release();
        assertThat(reply.join().statusCode()).isEqualTo(200);
        closing.join();
        assertThatThrownBy(() -> server.get("/health/live")).hasRootCauseInstanceOf(IOException.class);
        server.close();
    }

    /** Whoever balances load learns it within the delay, and what he has sent meanwhile is served. */
    @Test
    void forTheDrainDelayItIsNotReadyAndTakesRequestsAndThenRefusesThem() throws InterruptedException {
        try (TestServer server = TestServer.asSet(
                home,
                builder -> builder.setting("copilot.http.drain-delay", "6s")
                        .setting("copilot.http.drain-timeout", "60s"))) {
            CompletableFuture<HttpResponse<String>> reply = wait(server);
            assertThat(server.get("/health/ready").status()).isEqualTo(200);
            Thread closing = new Thread(server.server::close);
            closing.start();
            await().until(() -> server.get("/health/ready").status() == 503);
            assertThat(server.get("/health/ready").at("/status")).isEqualTo("draining");
            assertThat(server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}")
                            .status())
                    .isEqualTo(200);

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.get("/v1/agents").status() == 503);
            assertThat(server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}")
                            .status())
                    .isEqualTo(503);
            assertThat(server.get("/health/live").status()).isEqualTo(200);
            assertThat(closing.isAlive()).isTrue();
            TestAgents.Waiter.GO.release();
            assertThat(reply.join().statusCode()).isEqualTo(200);
            closing.join();
        }
    }

    /** A client that takes the refusal slowly: its answer is on its way when there is nothing left at work. */
    @Test
    void whatIsRefusedIsAnsweredBeforeTheEnd() throws IOException, InterruptedException {
        try (TestServer server = start(10, 10, Duration.ZERO, Duration.ofSeconds(60));
                Socket late = new Socket("127.0.0.1", server.server.port())) {
            CompletableFuture<HttpResponse<String>> reply = wait(server);
            late.setSoTimeout(30_000);
            late.getOutputStream().write(Frames.PREFACE);
            late.getOutputStream().write(Frames.window(0));
            Thread closing = new Thread(server.server::close);
            closing.start();
            await().until(() -> server.get("/v1/agents").status() == 503);
            late.getOutputStream().write(Frames.request(1, "/v1/agents"));
            ByteArrayOutputStream come = new ByteArrayOutputStream();
            readUntil(late, come, () -> Frames.count(come.toByteArray(), 1, 0) > 0);

            TestAgents.Waiter.GO.release();
            assertThat(reply.join().statusCode()).isEqualTo(200);
            late.getOutputStream().write(Frames.more(1, 10_000));
            readUntil(late, come, () -> Frames.count(come.toByteArray(), 0, 1) > 0);
            assertThat(come.toString(StandardCharsets.UTF_8)).contains("the server is stopping");
            closing.join();
        }
    }

    private static void readUntil(Socket socket, ByteArrayOutputStream come, BooleanSupplier there) throws IOException {
        byte[] some = new byte[4_096];
        while (!there.getAsBoolean()) {
            int read = socket.getInputStream().read(some);
            assertThat(read).as("the server has left").isPositive();
            come.write(some, 0, read);
        }
    }

    @Test
    void aStreamThatIsLeftIsEndedAndItsRunGoesOn() throws IOException, InterruptedException {
        try (TestServer server = start(10, 10, Duration.ZERO, Duration.ofMillis(100));
                EventReader stream = server.events(server.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
            stream.next("question");
            server.server.close();
            EventReader.Sent error = stream.next("error");
            assertThat(error.at("/code")).isEqualTo("unavailable");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void whatIsTooManyIsToldToComeAgainAndHealthIsAnswered() {
        try (TestServer server = start(2, 10, Duration.ZERO, Duration.ofSeconds(60))) {
            CompletableFuture<HttpResponse<String>> first = wait(server);
            CompletableFuture<HttpResponse<String>> second = wait(server);
            TestServer.Reply full = server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}");
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.at("/code")).isEqualTo("unavailable");
            assertThat(full.header("Retry-After")).isEqualTo("1");
            assertThat(server.get("/health/ready").status()).isEqualTo(200);

            TestAgents.Waiter.GO.release(2);
            assertThat(first.join().statusCode()).isEqualTo(200);
            assertThat(second.join().statusCode()).isEqualTo(200);
            assertThat(server.send(server.request("/v1/agents/echo:invoke")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"text\": \"a\"}")))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void streamsAreBoundedByThemselves() throws IOException, InterruptedException {
        try (TestServer server = start(10, 1, Duration.ZERO, Duration.ofMillis(100));
                EventReader stream = server.events(server.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
            String run = (String) stream.next("run").at("/run");
            assertThat(server.get("/v1/runs/" + run + "/events").status()).isEqualTo(503);
            assertThat(server.get("/v1/runs/" + run).status()).isEqualTo(200);
        }
    }

    /** Else a client that is told to come again begins it again. */
    @Test
    void whatIsToBeStreamedIsNotBegunWithoutAPlace() throws IOException, InterruptedException {
        try (TestServer server = start(10, 1, Duration.ZERO, Duration.ofMillis(100));
                EventReader stream = server.events(server.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
            stream.next("question");
            assertThat(server.post("/v1/agents/asker:stream", "{\"text\": \"b\"}")
                            .status())
                    .isEqualTo(503);
            assertThat(server.get("/v1/runs").json().at("/runs").orElseThrow().list())
                    .hasSize(1);
        }
    }

    @Test
    void aRunThatWaitsForSomebodyDoesNotHoldUpTheEnd() throws IOException, InterruptedException {
        try (TestServer server = start(10, 10, Duration.ZERO, Duration.ofMinutes(10));
                EventReader stream = server.events(server.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
            String run = (String) stream.next("run").at("/run");
            stream.next("question");
            await().until(() ->
                    "input_required".equals(server.get("/v1/runs/" + run).at("/run/state")));
            Thread closing = new Thread(server.server::close);
            closing.start();
            assertThat(stream.next("error").at("/code")).isEqualTo("unavailable");
            closing.join();
        }
    }

    @Test
    void aPortThatIsTakenIsTold() {
        try (TestServer server = start(10, 1, Duration.ZERO, Duration.ZERO)) {
            assertThatThrownBy(() -> HttpServer.start(
                            server.orchestrator, HttpSettings.defaults().at("127.0.0.1", server.server.port())))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("copilot.http.port");
        }
    }
}
