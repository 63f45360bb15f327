package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents are listed and called. */
class CallsTest {
    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.open(home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theShortFormIsATextAndTheReplyIsAMessage() {
        TestServer.Reply reply = server.post("/v1/agents/echo:invoke", "{\"text\": \"hello\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.at("/state")).isEqualTo("completed");
        assertThat(reply.at("/message/role")).isEqualTo("agent");
        assertThat(reply.at("/message/parts/0/text")).isEqualTo("hello");
    }

    @Test
    void dataAndMessagesOfAnyPartsAreSaidToo() {
        assertThat(server.post("/v1/agents/greeter:invoke", "{\"data\": {\"name\": \"Ada\", \"age\": 36}}")
                        .at("/message/parts/0/data/words"))
                .isEqualTo("hello Ada");
        assertThat(server.post(
                                "/v1/agents/echo:invoke",
                                "{\"message\": {\"role\": \"user\", \"parts\": [{\"text\": \"a\"}, {\"data\": [1, null]},"
                                        + " {\"file\": {\"name\": \"f\", \"mediaType\": \"text/plain\", \"bytes\": \"aGk=\"}}]}}")
                        .at("/message/parts"))
                .isEqualTo(List.of(
                        Map.of("text", "a"),
                        Map.of("data", java.util.Arrays.asList(1L, null)),
                        Map.of("file", Map.of("name", "f", "mediaType", "text/plain", "bytes", "aGk="))));
    }

    @Test
    void callsOfASessionAreRemembered() {
        server.post("/v1/agents/echo:invoke", "{\"text\": \"one\", \"session\": \"with/slash\"}");
        server.post("/v1/agents/echo:invoke", "{\"text\": \"two\", \"session\": \"with/slash\"}");

        TestServer.Reply turns = server.get("/v1/sessions/with%2Fslash/turns");
        assertThat(turns.at("/turns/0/request/parts/0/text")).isEqualTo("one");
        assertThat(turns.at("/turns/1/reply/parts/0/text")).isEqualTo("two");
        assertThat(server.get("/v1/sessions/with%2Fslash/turns?limit=1").at("/next"))
                .isEqualTo(1L);
        assertThat(server.get("/v1/sessions").at("/sessions/0/id")).isEqualTo("with/slash");
        assertThat(server.get("/v1/sessions/with%2Fslash").at("/version")).isEqualTo(2L);

        assertThat(server.delete("/v1/sessions/with%2Fslash").status()).isEqualTo(200);
        assertThat(server.get("/v1/sessions/with%2Fslash").status()).isEqualTo(404);
    }

    @Test
    void agentsAreListedWithTheirSchemas() {
        assertThat(server.get("/v1/agents").json().at("/agents").orElseThrow().list())
                .hasSize(TestAgents.all().size());
        TestServer.Reply greeter = server.get("/v1/agents/greeter");
        assertThat(greeter.at("/inputSchema/properties/name/type")).isEqualTo("string");
        assertThat(server.get("/v1/agents/greter").at("/detail")).asString().contains("did you mean greeter?");
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        TestServer.Reply first = server.get("/v1/agents");
        TestServer.Reply again =
                server.send(server.request("/v1/agents").header("If-None-Match", first.header("ETag")));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void whatIsLargeIsCompressed() throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(
                        server.request("/openapi.json")
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
        assertThat(new String(plain, StandardCharsets.UTF_8)).startsWith("{\"openapi\":\"3.1.0\"");
    }

    @Test
    void http2IsSpokenToo() throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        assertThat(client.send(server.request("/v1/agents").build(), BodyHandlers.ofString())
                        .version())
                .isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(client.send(
                                server.json("/v1/agents/echo:invoke", "{\"text\": \"hi\"}")
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .contains("hi");
        try (EventReader stream = new EventReader(client.send(
                server.json("/v1/agents/teller:stream", "{\"text\": \"2\"}").build(), BodyHandlers.ofInputStream()))) {
            assertThat(stream.response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(stream.next("reply").at("/message/parts/0/text")).isEqualTo("told");
        }
    }

    @Test
    void aRunThatAsksIsAnswered() {
        TestServer.Reply asked = server.post("/v1/agents/asker:invoke", "{\"text\": \"go\"}");
        assertThat(asked.at("/state")).isEqualTo("input_required");
        String run = (String) asked.at("/run");
        assertThat(server.get("/v1/runs/" + run).at("/question/parts/0/text")).isEqualTo("Sure?");

        TestServer.Reply answered = server.post("/v1/runs/" + run + ":input", "{\"text\": \"yes\"}");
        assertThat(answered.at("/message/parts/0/text")).isEqualTo("You said yes");
        assertThat(server.post("/v1/runs/" + run + ":input", "{\"text\": \"yes\"}")
                        .status())
                .isEqualTo(409);
        assertThat(server.get("/v1/runs/" + run).at("/reply/message/parts/0/text"))
                .isEqualTo("You said yes");
    }

    @Test
    void aSubmittedRunIsSeenAndDeleted() {
        TestServer.Reply submitted = server.post("/v1/agents/breaker:submit", "{\"text\": \"go\"}");
        assertThat(submitted.status()).isEqualTo(202);
        String path = submitted.header("Location");
        assertThat(path).isEqualTo("/v1/runs/" + submitted.at("/id"));

        org.awaitility.Awaitility.await().until(() -> server.get(path).at("/error/code") != null);
        assertThat(server.get(path).at("/error/code")).isEqualTo("agent_failed");
        assertThat(server.get("/v1/runs?state=failed").body()).contains((String) submitted.at("/id"));
        assertThat(server.delete(path).status()).isEqualTo(204);
        assertThat(server.get(path).status()).isEqualTo(404);
    }

    /** Who asks until a run has ended stops then. */
    @Test
    void aRunThatHasEndedIsShownWithItsReply() {
        for (int i = 0; i < 50; i++) {
            String path =
                    server.post("/v1/agents/echo:submit", "{\"text\": \"go\"}").header("Location");
            TestServer.Reply seen = server.get(path);
            while (!"completed".equals(seen.at("/run/state"))) {
                seen = server.get(path);
            }
            assertThat(seen.at("/reply/message/parts/0/text")).as(seen.body()).isEqualTo("go");
        }
    }

    @Test
    void aRunIsCanceled() {
        TestServer.Reply submitted = server.post("/v1/agents/asker:submit", "{\"text\": \"go\"}");
        String path = submitted.header("Location");
        assertThat(server.post(path + ":cancel", "{\"why\": \"no need\"}").at("/canceled"))
                .isEqualTo(true);
        assertThat(server.post(path + ":cancel", "").at("/canceled")).isEqualTo(false);
        assertThat(server.get(path).at("/run/state")).isEqualTo("canceled");
    }

    @Test
    void aTenantIsErasedByWhoNamesItTwice() {
        server.post("/v1/agents/echo:invoke", "{\"text\": \"one\", \"session\": \"s\"}");
        assertThat(server.post("/v1/tenants/other:erase", "").status()).isEqualTo(403);
        assertThat(server.get("/v1/sessions/s").status()).isEqualTo(200);
        assertThat(server.post("/v1/tenants/local:erase", "").status()).isEqualTo(200);
        assertThat(server.get("/v1/sessions/s").status()).isEqualTo(404);
    }

    @Test
    void healthIsOneWordUnlessMoreIsAsked() {
        assertThat(server.get("/health/live").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(server.get("/health/started").at("/status")).isEqualTo("ok");
        assertThat(server.get("/health/ready").at("/status")).isEqualTo("ok");
        assertThat(server.get("/health/ready?verbose=true").at("/parts/0/name")).isEqualTo("plugins");
    }
}
