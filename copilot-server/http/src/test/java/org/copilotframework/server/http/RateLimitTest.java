package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever has a key with a limit is told of it, with the keys that come with the framework. */
class RateLimitTest {
    private static final String OPERATOR = "an-operators-key-of-40-characters-0123456";

    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                home,
                builder -> builder.setting("copilot.security.apikey.key", OPERATOR)
                        .setting("copilot.security.apikey.secret", "k3Vt8qLr0sZx7nYb2mWc5pJd9fGh1aEuT6iO"),
                settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TestServer.Reply send(HttpRequest.Builder request, String key) {
        return server.send(request.header("X-API-KEY", key));
    }

    private static String key(String perMinute) {
        String order = "{\"subject\": \"alice\", \"scopes\": [\"agents:invoke\"]" + perMinute + "}";
        TestServer.Reply made = send(server.json("/v1/keys", order), OPERATOR);
        assertThat(made.status()).as(made.body()).isLessThan(300);
        return (String) made.at("/secret");
    }

    private static TestServer.Reply call(String key) {
        return send(server.json("/v1/agents/echo:invoke", "{\"text\": \"a\"}"), key);
    }

    /** A minute may begin in between, so there are two of them at most. */
    @Test
    void aKeyWithALimitIsToldWhatIsLeftAndThenWhenToComeAgain() {
        String key = key(", \"perMinute\": 3");
        List<TestServer.Reply> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(call(key));
        }

        assertThat(all.get(0).status()).isEqualTo(200);
        assertThat(all.get(0).header("RateLimit-Policy")).isEqualTo("\"credential\";q=3;w=60");
        assertThat(all.get(0).header("RateLimit")).matches("\"credential\";r=2;t=[0-9]{1,2}");
        assertThat(all).anySatisfy(reply -> {
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.header("Retry-After")).matches("[1-9][0-9]?");
            assertThat(reply.at("/code")).isEqualTo("quota_exceeded");
            assertThat(reply.header("RateLimit-Policy")).isEqualTo("\"credential\";q=3;w=60");
            assertThat(reply.header("RateLimit")).matches("\"credential\";r=0;t=[0-9]{1,2}");
        });
    }

    @Test
    void aRefusalIsToldWithWhatIsLeftToo() {
        String key = key(", \"perMinute\": 30");
        TestServer.Reply refused = send(server.request("/v1/sessions").GET(), key);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("RateLimit")).startsWith("\"credential\";r=");
    }

    @Test
    void aKeyWithoutALimitIsToldNothing() {
        TestServer.Reply reply = call(key(""));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("RateLimit")).isEmpty();
        assertThat(reply.header("RateLimit-Policy")).isEmpty();
    }

    @Test
    void whatIsRefusedForNowIsToldWhenToComeAgain() {
        TestServer other = TestServer.open(home.resolve("other"));
        try (other) {
            other.server.face().unready();
            TestServer.Reply ready = other.get("/health/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.header("Retry-After")).isEqualTo("1");
        }
    }
}
