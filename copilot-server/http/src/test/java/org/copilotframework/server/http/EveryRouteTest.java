package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.json.JsonText;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each operation of the server's own description is sent what does not fit, byte by byte. What is sent is drawn by chance from a seed,
 * that {@code -Dcopilot.fuzz.seed=…} sets; {@code -Dcopilot.fuzz.requests=…} sets how many.
 */
class EveryRouteTest {
    /** They take as long as somebody lets them. */
    private static final List<String> SLOW = List.of("waiter", "teller");

    private static final Pattern INSIDE = Pattern.compile(
            "Exception|Throwable|\\bat [a-z]+\\.[a-z]|org\\.copilotframework|java\\.|jakarta\\.|(?i:jetty|javalin|kotlin)|\\.java:");

    /** What an agent threw is told: its class and message, as docs/errors.md says. */
    private static final String BREAKER = "java.lang.IllegalStateException: broken on purpose";

    /** What only an operator may: of each, one that is done has to be among what is sent, however long that takes. */
    private static final Set<String> OF_OPERATORS = Set.of(
            "listPlugins",
            "installPlugin",
            "reloadPlugin",
            "rollBackPlugin",
            "removePlugin",
            "eraseTenant",
            "getManage-levels",
            "putManage-levels",
            "putManageBelow-levels",
            "createKey",
            "rotateKey",
            "revokeKey");

    @TempDir
    static Path home;

    private static final List<byte[]> archives = new ArrayList<>();

    private static TestServer server;

    /** What may be done to it is not known beforehand, so it takes whatever comes. */
    private static final class Levels implements ManagementEndpoint {
        @Override
        public String path() {
            return "levels";
        }

        @Override
        public String scope(String method) {
            return method.equals("GET") ? "levels:read" : "levels:write";
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return ManagementResponse.of(
                    "application/json",
                    JsonText.write(Data.of(Map.of("rest", request.rest(), "bytes", request.body().length))));
        }
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        TestKeys keys = new TestKeys()
                .with("all", "root", "acme", "*")
                .ofOperator("operator", "op", "acme")
                .ofOperator("eraser", "op", "other");
        server = TestServer.asSet(
                home,
                builder -> builder.authenticator(keys)
                        .endpoint(new Levels())
                        .setting("copilot.security.failed-attempts", "1000000000"));
        for (String version : List.of("1.0.0", "2.0.0")) {
            archives.add(Files.readAllBytes(PluginJars.plugin("hi", version)
                    .agent("hi", "return AgentReply.text(\"" + version + "\");")
                    .build(folder)));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private interface Way {
        Optional<RawAnswer> send(BadRequest request) throws IOException;
    }

    @Test
    void whateverIsSentIsAnsweredWithoutAFault() {
        Map<Integer, Integer> seen = send("all", EveryRouteTest::overHttp1, Set.of()).statuses;
        assertThat(seen).containsKeys(200, 400, 401, 403, 404, 405);
        assertServesOn();
    }

    /** What the door keeps others from; erasing is tried on a tenant that has nothing of what is used here. */
    @Test
    void whateverAnOperatorSendsIsAnsweredWithoutAFault() {
        Seen seen = send("operator", EveryRouteTest::overHttp1, OF_OPERATORS);
        assertThat(seen.statuses).containsKeys(200, 201, 202, 204, 400, 401, 404, 405);
        assertThat(seen.never).doesNotContainAnyElementsOf(OF_OPERATORS);
        assertServesOn();
    }

    @Test
    void whateverIsSentOverHttp2IsAnsweredOrEndedWithoutAFault() {
        Map<Integer, Integer> seen = send("operator", EveryRouteTest::overHttp2, Set.of()).statuses;
        assertThat(seen).containsKeys(200, 201, 202, 204, 400, 401, 404, 405);
        assertServesOn();
    }

    private static void assertServesOn() {
        assertThat(server.as("all")
                        .post("/v1/agents/echo:invoke", "{\"text\": \"still there\"}")
                        .body())
                .contains("still there");
    }

    /**
     * What came of it.
     *
     * @param statuses how often which; 0 for no answer
     * @param never which operations were never done
     */
    private record Seen(Map<Integer, Integer> statuses, Set<String> never) {}

    private static Seen send(String word, Way way, Set<String> demanded) {
        long seed = Long.getLong("copilot.fuzz.seed", 20_261_123L);
        int most = Integer.getInteger("copilot.fuzz.requests", 1_500);
        BadInput input = new BadInput(seed);
        List<DescribedOperation> operations =
                DescribedOperation.all(server.as(word).get("/openapi.json").json()).stream()
                        .filter(one -> SLOW.stream().noneMatch(one.path()::contains))
                        .toList();
        Set<String> never = new TreeSet<>();
        operations.forEach(one -> never.add(one.id()));
        Map<String, List<String>> known = Map.of();
        Map<Integer, Integer> seen = new TreeMap<>();
        for (int i = 0; i < most || (i < 20 * most && !Collections.disjoint(never, demanded)); i++) {
            DescribedOperation operation = operations.get(i % operations.size());
            if (i % operations.size() == 0) {
                // What was deleted meanwhile is there again.
                known = known();
            }
            String who = operation.id().equals("eraseTenant") && word.equals("operator") ? "eraser" : word;
            String credentials = input.once(6) ? "" : "Authorization: Bearer " + who;
            BadRequest request = BadRequest.of(operation, known, credentials, input);
            String said = "seed " + seed + ", request " + i + ": " + shown(request.bytes());
            Optional<RawAnswer> answer = answer(way, request, said);
            answer.ifPresent(one -> assertGood(one, said));
            int status = answer.map(RawAnswer::status).orElse(0);
            seen.merge(status, 1, Integer::sum);
            if (status >= 200 && status < 300) {
                never.remove(operation.id());
            }
        }
        System.out.println("seed " + seed + ", " + word + ": " + operations.size() + " operations, answers by status: "
                + seen + ", never done: " + never);
        return new Seen(seen, never);
    }

    /** What there is, so that some requests come further than to what is not there. */
    private static Map<String, List<String>> known() {
        TestServer all = server.as("operator");
        all.post("/v1/agents/echo:invoke", "{\"text\": \"a\", \"session\": \"s\"}");
        String done =
                (String) all.post("/v1/agents/echo:submit", "{\"text\": \"a\"}").at("/id");
        String asks = (String)
                all.post("/v1/agents/asker:submit", "{\"text\": \"a\"}").at("/id");
        String key = (String) all.post("/v1/keys", "{\"subject\": \"bot\", \"scopes\": [\"agents:invoke\"]}")
                .at("/key/id");
        all.send(all.request("/v1/blobs/a.txt").PUT(BodyPublishers.ofString("a")));
        for (byte[] archive : archives) {
            all.send(all.request("/v1/plugins")
                    .header("Content-Type", "application/java-archive")
                    .POST(BodyPublishers.ofByteArray(archive)));
        }
        return Map.of(
                "agent",
                List.of("echo", "greeter", "asker", "breaker", "nobody"),
                "run",
                List.of(done, asks, "01k84okd1rl4isga58000001"),
                "session",
                List.of("s", "a%2Fb"),
                "tenant",
                List.of("nobody", "other"),
                "key",
                List.of(key, "k0"),
                "name",
                List.of("a.txt", "b/c.txt"),
                "plugin",
                List.of("hi", "hi", "nothing"),
                "rest",
                List.of("a", "a/b"),
                BadRequest.ARCHIVE,
                archives.stream()
                        .map(one -> new String(one, StandardCharsets.ISO_8859_1))
                        .toList());
    }

    private static Optional<RawAnswer> overHttp1(BadRequest request) throws IOException {
        Optional<RawAnswer> answer = RawAnswer.to(server.server.port(), request.bytes(), request.saysItsEnd());
        assertThat(answer.isPresent() || request.mayBeUnanswered())
                .as("an answer")
                .isTrue();
        return answer;
    }

    private static Optional<RawAnswer> overHttp2(BadRequest request) throws IOException {
        Http2Answer answer = Http2Answer.to(server.server.port(), request.frames(), request.mayBeUnanswered());
        // What is no request at all ends the stream, or the connection; not by a fault of ours (INTERNAL_ERROR).
        assertThat(answer.error()).isNotEqualTo(2);
        assertThat(answer.answer().isPresent() || answer.error() > 0 || request.mayBeUnanswered())
                .as("an answer, or an error")
                .isTrue();
        return answer.answer();
    }

    private static Optional<RawAnswer> answer(Way way, BadRequest request, String said) {
        try {
            return way.send(request);
        } catch (AssertionError wrong) {
            throw new AssertionError(wrong.getMessage() + "\nto " + said, wrong);
        } catch (IOException none) {
            throw new AssertionError("no answer in time to " + said, none);
        }
    }

    private static void assertGood(RawAnswer answer, String to) {
        String said = to + "\nanswered " + answer;
        assertThat(answer.status()).as(said).matches(EveryRouteTest::isTold);
        assertThat(answer.headers()).as(said).noneMatch(line -> line.matches("(?i)x-injected.*"));
        assertThat(answer.header("x-content-type-options")).as(said).isEqualTo("nosniff");
        assertThat(answer.header("server")).as(said).isEmpty();
        assertThat(INSIDE.matcher(answer.body().replace(BREAKER, "")).find())
                .as(said)
                .isFalse();
        if (answer.status() >= 400 && !answer.body().isEmpty()) {
            assertThat(answer.header("content-type")).as(said).isEqualTo("application/problem+json");
            Data problem = JsonText.parse(answer.body());
            assertThat(problem.at("/status").map(Data::value)).as(said).contains((long) answer.status());
            assertThat(problem.at("/code").map(Data::value)).as(said).isPresent();
            assertThat(answer.status() != 502 || answer.body().contains("\"agent_failed\""))
                    .as(said)
                    .isTrue();
        } else if (answer.status() >= 400) {
            assertThat(to).as(said).contains("HEAD ");
        }
    }

    private static boolean isTold(int status) {
        return (status >= 200 && status < 300)
                || status == 304
                || (status >= 400 && status < 500)
                || List.of(502, 503, 504, 505).contains(status);
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        StringBuilder shown = new StringBuilder();
        text.chars().limit(1_500).forEach(one -> {
            if (one == '\n' || (one >= ' ' && one < 127)) {
                shown.append((char) one);
            } else if (one != '\r') {
                shown.append(String.format("\\x%02x", one));
            }
        });
        return shown.append(text.length() > 1_500 ? "… (" + text.length() + " bytes)" : "")
                .toString();
    }
}
