package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.json.JsonText;
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

    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys().with("all", "root", "acme", "*");
        server = TestServer.asSet(
                home, builder -> builder.authenticator(keys).setting("copilot.security.failed-attempts", "1000000000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whateverIsSentIsAnsweredWithoutAFault() throws IOException {
        long seed = Long.getLong("copilot.fuzz.seed", 20_261_123L);
        int most = Integer.getInteger("copilot.fuzz.requests", 1_500);
        BadInput input = new BadInput(seed);
        List<DescribedOperation> operations =
                DescribedOperation.all(server.as("all").get("/openapi.json").json()).stream()
                        .filter(one -> SLOW.stream().noneMatch(one.path()::contains))
                        .toList();
        Map<String, List<String>> known = known();
        Map<Integer, Integer> seen = new TreeMap<>();
        for (int i = 0; i < most; i++) {
            DescribedOperation operation = operations.get(i % operations.size());
            String credentials = input.once(4) ? "" : "Authorization: Bearer all";
            BadRequest request = BadRequest.of(operation, known, credentials, input);
            byte[] bytes = request.bytes();
            String said = "seed " + seed + ", request " + i + ": " + shown(bytes);
            Optional<RawAnswer> answer = answer(bytes, request.saysItsEnd(), said);
            answer.ifPresentOrElse(
                    one -> assertGood(one, said),
                    () -> assertThat(request.mayBeUnanswered())
                            .as("no answer to " + said)
                            .isTrue());
            seen.merge(answer.map(RawAnswer::status).orElse(0), 1, Integer::sum);
        }
        System.out.println("seed " + seed + ": " + operations.size() + " operations, answers by status: " + seen);
        assertThat(seen).containsKeys(200, 400, 401, 404, 405);
        assertThat(server.as("all")
                        .post("/v1/agents/echo:invoke", "{\"text\": \"still there\"}")
                        .body())
                .contains("still there");
    }

    /** What there is, so that some requests come further than to what is not there. */
    private static Map<String, List<String>> known() {
        TestServer all = server.as("all");
        all.post("/v1/agents/echo:invoke", "{\"text\": \"a\", \"session\": \"s\"}");
        String done =
                (String) all.post("/v1/agents/echo:submit", "{\"text\": \"a\"}").at("/id");
        String asks = (String)
                all.post("/v1/agents/asker:submit", "{\"text\": \"a\"}").at("/id");
        return Map.of(
                "agent", List.of("echo", "greeter", "asker", "breaker", "nobody"),
                "run", List.of(done, asks, "01k84okd1rl4isga58000001"),
                "session", List.of("s", "a%2Fb"),
                "tenant", List.of("nobody", "other"));
    }

    private static Optional<RawAnswer> answer(byte[] bytes, boolean last, String said) {
        try {
            return RawAnswer.to(server.server.port(), bytes, last);
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
