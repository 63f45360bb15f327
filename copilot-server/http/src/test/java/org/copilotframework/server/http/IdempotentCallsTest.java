package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.run.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls with the header Idempotency-Key are done once. */
class IdempotentCallsTest {
    private static final String BODY = "{\"text\": \"go\"}";

    @TempDir
    static Path home;

    private static final Counter COUNTER = new Counter();

    private static TestServer server;

    private String key = "";

    /** Tells how often it was called. */
    @AgentInfo(name = "counter", description = "Counts.")
    static final class Counter implements Agent {
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            int call = calls.incrementAndGet();
            context.emit(new Event.Text("call " + call));
            return AgentReply.text("called " + call);
        }
    }

    @BeforeAll
    static void start() {
        server = TestServer.start(home, builder -> builder.agent(COUNTER), settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        key = UUID.randomUUID().toString();
        COUNTER.calls.set(0);
    }

    private HttpRequest.Builder call(String verb, String body) {
        return server.json("/v1/agents/counter:" + verb, body).header("Idempotency-Key", key);
    }

    @Test
    void aCallThatIsRepeatedIsDoneOnceAndAnsweredAlike() {
        TestServer.Reply first = server.send(call("invoke", BODY));
        TestServer.Reply again = server.send(call("invoke", "{ \"text\" : \"go\" }"));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.at("/message/parts/0/text")).isEqualTo("called 1");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(COUNTER.calls).hasValue(1);
    }

    @Test
    void ofManyAtOnceOneIsDone() {
        List<CompletableFuture<TestServer.Reply>> all = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> server.send(call("invoke", BODY))))
                .toList();

        assertThat(all)
                .allSatisfy(reply ->
                        assertThat(reply.join().at("/message/parts/0/text")).isEqualTo("called 1"));
        assertThat(COUNTER.calls).hasValue(1);
    }

    @Test
    void aSubmissionThatIsRepeatedNamesTheSameRun() {
        TestServer.Reply first = server.send(call("submit", BODY));
        TestServer.Reply again = server.send(call("submit", BODY));

        assertThat(first.status()).isEqualTo(202);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(server.send(call("invoke", BODY)).at("/message/parts/0/text"))
                .isEqualTo("called 1");
        assertThat(COUNTER.calls).hasValue(1);
    }

    @Test
    void aStreamThatIsRepeatedTellsTheSameEventsFromTheBeginning() throws IOException, InterruptedException {
        List<EventReader.Sent> first;
        try (EventReader events = server.events(call("stream", BODY))) {
            first = events.rest();
        }
        List<EventReader.Sent> again;
        try (EventReader events = server.events(call("stream", BODY))) {
            again = events.rest();
        }

        assertThat(first).extracting(EventReader.Sent::event).contains("text").endsWith("reply");
        assertThat(again).isEqualTo(first);
        assertThat(COUNTER.calls).hasValue(1);
    }

    @Test
    void anotherRequestWithTheSameKeyIsRefused() {
        server.send(call("invoke", BODY));
        TestServer.Reply other = server.send(call("invoke", "{\"text\": \"stop\"}"));

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.at("/code")).isEqualTo("conflict");
        assertThat((String) other.at("/detail")).contains("another request");
        assertThat(COUNTER.calls).hasValue(1);
    }

    @Test
    void aTimeBeyondAnyClockIsRefusedAndIsNoFault() {
        for (String timeout : List.of("PT9223372036854775807S", "P106751991167D", "PT99999999999999999999S")) {
            String body = "{\"text\": \"go\", \"timeout\": \"" + timeout + "\"}";
            for (String way : List.of("invoke", "submit", "stream")) {
                TestServer.Reply reply = server.send(call(way, body));
                assertThat(reply.status()).as(way + " " + timeout).isEqualTo(400);
                assertThat((String) reply.at("/detail")).contains("timeout");
            }
        }
        assertThat(COUNTER.calls).hasValue(0);
    }

    @Test
    void theKeyMayStandInQuotesAsTheDraftSays() {
        server.send(call("invoke", BODY));
        HttpRequest.Builder quoted =
                server.json("/v1/agents/counter:invoke", BODY).header("Idempotency-Key", '"' + key + '"');

        assertThat(server.send(quoted).at("/message/parts/0/text")).isEqualTo("called 1");
    }

    @Test
    void aKeyOfAnotherFormIsRefused() {
        for (String wrong : List.of("\"\"", "a b", "x".repeat(300))) {
            TestServer.Reply reply =
                    server.send(server.json("/v1/agents/counter:invoke", BODY).header("Idempotency-Key", wrong));
            assertThat(reply.status()).as(wrong).isEqualTo(400);
            assertThat((String) reply.at("/detail")).contains("Idempotency-Key");
        }
        HttpRequest.Builder twice = call("invoke", BODY).header("Idempotency-Key", "other");
        assertThat(server.send(twice).status()).isEqualTo(400);
        assertThat(COUNTER.calls).hasValue(0);
    }

    @Test
    void whereNoKeyIsLookedAtItIsRefused() {
        HttpRequest.Builder reload =
                server.json("/v1/runs/some-run:cancel", "{}").header("Idempotency-Key", key);
        TestServer.Reply reply = server.send(reload);

        assertThat(reply.status()).isEqualTo(400);
        assertThat((String) reply.at("/detail")).contains("Idempotency-Key");
    }

    @Test
    void anInputThatIsRepeatedIsGivenOnce() {
        TestServer.Reply asked = server.post("/v1/agents/asker:invoke", "{\"text\": \"go\"}");
        String path = "/v1/runs/" + asked.at("/run") + ":input";

        for (int i = 0; i < 2; i++) {
            TestServer.Reply answered =
                    server.send(server.json(path, "{\"text\": \"yes\"}").header("Idempotency-Key", key));
            assertThat(answered.status()).isEqualTo(200);
            assertThat(answered.at("/message/parts/0/text")).isEqualTo("You said yes");
        }
        TestServer.Reply unkeyed = server.post(path, "{\"text\": \"yes\"}");
        assertThat(unkeyed.status()).isEqualTo(409);
    }

    @Test
    @SuppressWarnings("unchecked")
    void theDescriptionShowsWhereAKeyIsTaken() {
        Map<String, Object> paths =
                (Map<String, Object>) server.get("/openapi.json").at("/paths");
        List<String> takes = paths.entrySet().stream()
                .filter(path -> path.getValue().toString().contains("Idempotency-Key"))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(takes)
                .containsExactlyInAnyOrder(
                        "/v1/agents/{agent}:invoke",
                        "/v1/agents/{agent}:stream",
                        "/v1/agents/{agent}:submit",
                        "/v1/runs/{run}:input");
    }
}
