package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is told as a problem: its kind, its place, and nothing of our inside. */
class ProblemsTest {
    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                home,
                builder -> builder,
                settings -> new HttpSettings(
                        settings.host(),
                        settings.port(),
                        settings.calls(),
                        settings.streams(),
                        100_000,
                        settings.archiveBytes(),
                        settings.headerBytes(),
                        settings.idleTimeout(),
                        settings.keepAlive(),
                        settings.drainDelay(),
                        settings.drainTimeout(),
                        settings.corsOrigins()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertProblem(TestServer.Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.at("/status")).isEqualTo((long) status);
        assertThat(reply.at("/code")).isEqualTo(code);
        assertThat(reply.body()).doesNotContain("Exception", "\\tat ", "org.copilotframework", "jetty", "javalin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\": 5}|/text",
                "{\"text\": null}|/text",
                "{\"txt\": \"a\"}|/txt",
                "{\"a/b~c\": 1}|/a~1b~0c",
                "{}|''",
                "[]|''",
                "7|''",
                "{\"text\": \"a\", \"message\": {}}|''",
                "{\"text\": \"a\", \"session\": 7}|/session",
                "{\"text\": \"a\", \"session\": \"\"}|/session",
                "{\"text\": \"a\", \"sessionPolicy\": \"never\"}|/sessionPolicy",
                "{\"text\": \"a\", \"timeout\": \"soon\"}|/timeout",
                "{\"text\": \"a\", \"timeout\": \"PT-1S\"}|/timeout",
                "{\"message\": {\"role\": \"user\", \"parts\": []}}|/message",
                "{\"message\": {\"role\": \"agent\", \"parts\": [{\"text\": \"a\"}]}}|/message/role",
                "{\"message\": {\"role\": \"user\", \"parts\": [{\"text\": 1}]}}|/message/parts/0/text",
                "{\"message\": {\"role\": \"user\", \"parts\": [{\"text\": \"a\"}, {}]}}|/message/parts/1",
                "{\"message\": {\"role\": \"user\", \"parts\": [{\"text\": \"a\"}], \"x\": 1}}|/message/x",
            })
    void whatDoesNotFitIsToldWithItsPlace(String body, String pointer) {
        TestServer.Reply reply = server.post("/v1/agents/echo:invoke", body);
        assertProblem(reply, 400, "invalid_request");
        assertThat(reply.at("/pointer")).isEqualTo(pointer);
    }

    @Test
    void dataThatDoNotFitAnAgentAreToldWithTheirPlace() {
        TestServer.Reply reply =
                server.post("/v1/agents/greeter:invoke", "{\"data\": {\"name\": \"Ada\", \"age\": \"old\"}}");
        assertProblem(reply, 400, "invalid_request");
        assertThat(reply.at("/pointer")).isEqualTo("/age");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"{|line 1", "{\"text\": \"a\"} x|line 1", "{\"text\": \"a\", \"text\": \"b\"}|text", "nul|line 1"})
    void brokenJsonIsToldWithItsLine(String body, String said) {
        TestServer.Reply reply = server.post("/v1/agents/echo:invoke", body);
        assertProblem(reply, 400, "invalid_request");
        assertThat(reply.at("/detail")).asString().contains(said);
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        byte[] latin = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xE9, '"', '}'};
        assertProblem(
                server.send(server.request("/v1/agents/echo:invoke")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(latin))),
                400,
                "invalid_request");
    }

    @Test
    void aDeepTreeIsRefused() {
        assertProblem(
                server.post("/v1/agents/echo:invoke", "{\"data\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"),
                400,
                "invalid_request");
    }

    @Test
    void dataAsDeepAsDataMayBeGoThroughBothWays() {
        String deep = "[".repeat(64) + "]".repeat(64);
        TestServer.Reply reply = server.post(
                "/v1/agents/echo:invoke", "{\"message\":{\"role\":\"user\",\"parts\":[{\"data\":" + deep + "}]}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).contains("{\"data\":" + deep + "}");
    }

    @Test
    void textThatUtf8CannotHoldIsEscaped() {
        TestServer.Reply reply = server.post("/v1/agents/echo:invoke", "{\"text\": \"\\ud800 \\u0000\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).containsIgnoringCase("\\ud800 \\u0000");
    }

    @Test
    void aLargeBodyIsRefusedHoweverItComes() {
        String large = "{\"text\": \"" + "a".repeat(101_000) + "\"}";
        assertProblem(server.post("/v1/agents/echo:invoke", large), 413, "invalid_request");
        assertProblem(
                server.send(server.request("/v1/agents/echo:invoke")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(
                                large.getBytes(java.nio.charset.StandardCharsets.UTF_8))))),
                413,
                "invalid_request");
    }

    @Test
    void anotherTypeIsRefused() {
        assertProblem(
                server.send(
                        server.request("/v1/agents/echo:invoke").POST(BodyPublishers.ofString("{\"text\": \"a\"}"))),
                415,
                "invalid_request");
        assertProblem(
                server.send(server.request("/v1/agents/echo:invoke")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("{\"text\": \"a\"}"))),
                415,
                "invalid_request");
        assertProblem(
                server.send(server.request("/v1/agents/echo:invoke")
                        .header("Content-Type", "application/json; charset=latin1")
                        .POST(BodyPublishers.ofString("{\"text\": \"a\"}"))),
                415,
                "invalid_request");
        assertProblem(
                server.send(server.request("/v1/agents/echo:invoke")
                        .header("Content-Type", "application/json; charset=nothing")
                        .POST(BodyPublishers.ofString("{\"text\": \"a\"}"))),
                415,
                "invalid_request");
    }

    @Test
    void whatIsNotThereIsNotThere() {
        assertProblem(server.get("/"), 404, "not_found");
        assertProblem(server.get("/v1/agents/"), 404, "not_found");
        assertProblem(server.get("/v1/nothing?a=b"), 404, "not_found");
        assertProblem(server.post("/v1/agents/nobody:invoke", "{\"text\": \"a\"}"), 404, "not_found");
        assertProblem(server.get("/v1/runs/nothing"), 404, "not_found");
        assertProblem(server.get("/v1/runs/no.run"), 400, "invalid_request");
        assertProblem(server.delete("/v1/plugins/nothing"), 404, "not_found");
        assertProblem(server.get("/v1/keys"), 404, "not_found");
    }

    @Test
    void anotherMethodIsRefusedWithThoseThereAre() {
        TestServer.Reply reply = server.delete("/v1/agents");
        assertProblem(reply, 405, "invalid_request");
        assertThat(reply.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void aQueryThatIsMisspeltIsRefused() {
        assertThat(server.get("/v1/runs?sate=failed").at("/detail"))
                .asString()
                .contains("there are state, before, limit");
        assertProblem(server.get("/v1/runs?limit=0"), 400, "invalid_request");
        assertProblem(server.get("/v1/runs?limit=1&limit=2"), 400, "invalid_request");
        assertProblem(server.get("/v1/runs?state=gone"), 400, "invalid_request");
    }

    @ParameterizedTest
    @CsvSource({"state=%zz", "sta%te=failed", "limit=%", "state=%e"})
    void aQueryThatCannotBeReadIsRefused(String query) throws java.io.IOException {
        String reply = OpenModeTest.raw(server.server.port(), "GET /v1/runs?" + query + " HTTP/1.1", "Host: localhost");
        assertThat(reply).startsWith("HTTP/1.1 400");
    }

    @Test
    void whatAnAgentThrewIsToldInWords() {
        TestServer.Reply reply = server.post("/v1/agents/breaker:invoke", "{\"text\": \"a\"}");
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.at("/code")).isEqualTo("agent_failed");
        assertThat(reply.at("/agent")).isEqualTo("breaker");
        assertThat(reply.at("/detail")).asString().contains("broken on purpose");
    }

    @Test
    void headIsGetWithoutContent() {
        TestServer.Reply reply = server.send(server.request("/v1/agents/echo").method("HEAD", BodyPublishers.noBody()));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
        assertThat(server.send(server.request("/v1/agents/nobody").method("HEAD", BodyPublishers.noBody()))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void headersThatAreTooLargeAreRefused() {
        assertProblem(
                server.send(server.request("/v1/agents").header("X-Large", "a".repeat(20_000))),
                431,
                "invalid_request");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /v1/agents/%zz HTTP/1.1",
        "GET /v1/%2e%2e/agents HTTP/1.1",
        "GET /v1/../../etc/passwd HTTP/1.1",
        "GET /v1/agents/a%00b HTTP/1.1",
        "GET /v1/agents/;a=b/../ HTTP/1.1",
        "GET //v1//agents HTTP/1.1",
        "NONSENSE",
        "GET /v1/agents HTTP/9.9",
    })
    void tricksWithPathsLeadNowhere(String line) throws java.io.IOException {
        String reply = OpenModeTest.raw(server.server.port(), line, "Host: localhost");
        assertThat(reply)
                .matches("(?s)HTTP/1.1 (4|505).*")
                .doesNotContain("Exception", "jetty", "greeter", "\"unavailable\"")
                .containsIgnoringCase("X-Content-Type-Options: nosniff");
    }

    @Test
    void browsersAreToldToGuessAndShareNothing() {
        TestServer.Reply reply = server.get("/v1/agents");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(reply.header("Server")).isEmpty();
    }
}
