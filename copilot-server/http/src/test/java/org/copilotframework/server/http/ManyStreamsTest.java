package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.run.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients, in a process of their own, have streams open at once. How many is set by {@code -Dcopilot.test.streams=1000} and
 * {@code -Dcopilot.test.idle=10000}.
 */
class ManyStreamsTest {
    private static final int STREAMS = Integer.getInteger("copilot.test.streams", 200);
    private static final int IDLE = Integer.getInteger("copilot.test.idle", 200);
    private static final int TEXTS = 50;

    @TempDir
    Path home;

    /** Says so many things, asks, and says as many when it is answered. */
    @AgentInfo(name = "counter", description = "Counts.")
    static final class Counter implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            for (int i = 0; i < TEXTS; i++) {
                context.emit(new Event.Text("piece " + i));
            }
            return context.activation() == 1 ? AgentReply.inputRequired("Sure?") : AgentReply.text("told");
        }
    }

    private TestServer server(int streams, String keepAlive) {
        return TestServer.asSet(
                home,
                builder -> builder.agent(new Counter())
                        .setting("copilot.http.streams", Integer.toString(streams))
                        .setting("copilot.http.keep-alive", keepAlive));
    }

    private Process clients(TestServer server, int count, boolean answering, Path said) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                StreamClients.class.getName(),
                Integer.toString(server.server.port()),
                "counter",
                Integer.toString(count),
                Boolean.toString(answering)));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
    }

    private static void print(int count, String said) {
        Runtime runtime = Runtime.getRuntime();
        System.out.println(count + " streams: " + said.strip().replace("\n", "; ") + "; the server's heap "
                + (runtime.totalMemory() - runtime.freeMemory() >> 20) + " MiB, its threads at most "
                + ManagementFactory.getThreadMXBean().getPeakThreadCount());
    }

    @Test
    void noneOfManyStreamsAtOnceLosesAnEvent() throws Exception {
        Path said = home.resolve("clients.txt");
        try (TestServer server = server(STREAMS, "1s")) {
            Process clients = clients(server, STREAMS, true, said);
            clients.waitFor();
            String told = Files.readString(said);
            print(STREAMS, told);
            assertThat(told)
                    .contains("taken " + STREAMS + ", asked " + STREAMS + ", silent " + STREAMS + ", replied " + STREAMS
                            + ", texts " + 2 * TEXTS * STREAMS + ", fewest of one " + 2 * TEXTS);
        }
    }

    @Test
    void manySilentStreamsTakeNothingFromOthersAndGiveTheirPlacesBack() throws Exception {
        Path said = home.resolve("clients.txt");
        try (TestServer server = server(IDLE, IDLE > 1_000 ? "5s" : "1s")) {
            Process clients = clients(server, IDLE, false, said);
            int served = 0;
            while (clients.isAlive()) {
                assertThat(server.get("/health/live").status()).isEqualTo(200);
                TestServer.Reply reply = server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}");
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                served++;
            }
            String told = Files.readString(said);
            print(IDLE, told + "; " + served + " calls beside them");
            assertThat(told).contains("taken " + IDLE + ", asked " + IDLE + ", silent " + IDLE);
            assertThat(served).isPositive();
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                try (EventReader again = server.events(server.json("/v1/agents/teller:stream", "{\"text\": \"1\"}"))) {
                    return again.response.statusCode() == 200;
                }
            });
        }
    }
}
