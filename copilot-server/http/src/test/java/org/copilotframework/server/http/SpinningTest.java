package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that compute for ever, on all processors and all that carries virtual threads, stop neither health nor a refusal. */
class SpinningTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int processors = Runtime.getRuntime().availableProcessors();
    private final int spinners = 2 * processors;
    private final Spinner spinner = new Spinner();

    @TempDir
    Path home;

    /** Says that it waits, and computes until it is let go. */
    @AgentInfo(name = "spinner", description = "Spins.")
    private static final class Spinner implements Agent {
        private final AtomicBoolean letGo = new AtomicBoolean();
        private final AtomicInteger spinning = new AtomicInteger();
        private final AtomicInteger virtual = new AtomicInteger();

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            if (Thread.currentThread().toString().startsWith("VirtualThread")) {
                virtual.incrementAndGet();
            }
            spinning.incrementAndGet();
            while (!letGo.get()) {
                Thread.onSpinWait();
            }
            return AgentReply.text("spun");
        }
    }

    private TestServer start(int calls) {
        return TestServer.asSet(
                home,
                builder -> builder.agent(spinner)
                        .setting("copilot.http.calls", Integer.toString(calls))
                        .setting("copilot.http.drain-timeout", "60s"));
    }

    @AfterEach
    void letGo() {
        spinner.letGo.set(true);
    }

    private List<CompletableFuture<HttpResponse<String>>> spin(TestServer server) {
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
        for (int i = 0; i < spinners; i++) {
            replies.add(client.sendAsync(
                    server.json("/v1/agents/spinner:invoke", "{\"text\": \"a\", \"timeout\": \"PT5M\"}")
                            .timeout(Duration.ofMinutes(5))
                            .build(),
                    BodyHandlers.ofString()));
        }
        await().atMost(PATIENCE).until(() -> spinner.spinning.get() == spinners);
        if (Runtime.version().feature() >= 21) {
            assertThat(spinner.virtual.get()).as("on virtual threads").isGreaterThanOrEqualTo(processors);
        }
        return replies;
    }

    @Test
    void healthIsAnsweredAndWhatIsTooManyIsRefused() {
        try (TestServer server = start(spinners)) {
            List<CompletableFuture<HttpResponse<String>>> replies = spin(server);
            for (int i = 0; i < 20; i++) {
                assertThat(server.get("/health/live").status()).isEqualTo(200);
                assertThat(server.get("/health/ready").status()).isEqualTo(200);
                TestServer.Reply refused = server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isEqualTo("1");
            }
            spinner.letGo.set(true);
            assertThat(replies)
                    .allSatisfy(reply -> assertThat(reply.join().body()).contains("spun"));
        }
    }

    @Test
    void otherAgentsAreAnswered() {
        try (TestServer server = start(spinners + 10)) {
            List<CompletableFuture<HttpResponse<String>>> replies = spin(server);
            for (int i = 0; i < 20; i++) {
                assertThat(server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}")
                                .status())
                        .isEqualTo(200);
                assertThat(server.get("/not-there").status()).isEqualTo(404);
            }
            spinner.letGo.set(true);
            assertThat(replies)
                    .allSatisfy(reply -> assertThat(reply.join().body()).contains("spun"));
        }
    }
}
