package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.storage.tck.FaultProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that falls silent for longer than a caller waits, and may itself be silent for long. */
class StalledStoreTest {
    private static final Duration STALL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_REQUESTS = 20;

    private static EmbeddedPostgres server;

    @TempDir
    Path home;

    private final List<String> asked = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();
    private FaultProxy proxy;
    private Orchestrator orchestrator;

    @AgentInfo(name = "recall", description = "Says what was asked before.")
    private static final class Recall implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(context.session().orElseThrow().history(1_000).stream()
                    .map(turn -> turn.request().text())
                    .collect(Collectors.joining(" ")));
        }
    }

    @BeforeAll
    static void startPostgres() throws IOException, SQLException {
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE stalled LOGIN PASSWORD 'p@ss:w'");
            statement.execute("CREATE DATABASE stalled OWNER stalled");
        }
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        server.close();
    }

    @BeforeEach
    void start() {
        proxy = new FaultProxy(() -> new InetSocketAddress("127.0.0.1", server.getPort()));
        orchestrator = Orchestrator.builder()
                .home(home)
                .agent(new Recall())
                .setting(
                        "copilot.storage.url",
                        "postgresql://stalled:p@ss:w@127.0.0.1:"
                                + proxy.address().getPort() + "/stalled")
                .setting("copilot.storage.jdbc.timeout", "2m")
                .setting("copilot.invoke.cancel-grace", "500ms")
                // So that the requests that are counted are those of the calls.
                .setting("copilot.runs.poll-interval", "1h")
                .start();
    }

    @AfterEach
    void stop() {
        proxy.forward();
        orchestrator.close();
        proxy.close();
    }

    @Test
    void aCallIsAnsweredAtItsDeadlineWhileItsRequestsToTheStoreAreStalled() throws Exception {
        callsWithStalls(proxy::stallBefore, "before");
    }

    @Test
    void aCallIsAnsweredAtItsDeadlineWhileTheResponsesOfTheStoreAreStalled() throws Exception {
        callsWithStalls(proxy::stallAfter, "after");
    }

    /** Call after call, with a stall at the first request of a call, the second, and so on until it has no more. */
    private void callsWithStalls(IntConsumer stall, String session) throws Exception {
        await().atMost(PATIENCE)
                .until(() -> ask(session, Duration.ofSeconds(30)).isEmpty());
        int stalls = 0;
        boolean tripped = true;
        while (tripped) {
            stall.accept(++stalls);
            assertThat(stalls).isLessThan(MAX_REQUESTS);
            CompletableFuture<Optional<CopilotException>> answer =
                    CompletableFuture.supplyAsync(() -> ask(session, Duration.ofSeconds(1)));
            await().atMost(PATIENCE).until(() -> proxy.tripped() || answer.isDone());
            tripped = proxy.tripped();
            long since = System.nanoTime();
            Optional<CopilotException> told = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (tripped) {
                assertThat(told)
                        .as("told while the store is silent still")
                        .hasValueSatisfying(error -> assertThat(error)
                                .isInstanceOfAny(DeadlineExceededException.class, UnavailableException.class));
                // Once is enough: what waited for the store would wait at the first request too.
                Duration silence = stalls == 1 ? STALL : Duration.ZERO;
                await().atMost(PATIENCE).until(() -> System.nanoTime() - since >= silence.toNanos());
            }
            proxy.forward();
            await().atMost(PATIENCE)
                    .until(() -> ask(session, Duration.ofSeconds(30)).isEmpty());
        }
        assertThat(stalls).as("a read and a commit at least").isGreaterThan(2);
        List<String> remembered = List.of(remembered(session).split(" "));
        assertThat(remembered)
                .doesNotHaveDuplicates()
                .isSubsetOf(asked)
                .containsAll(answered)
                .isSortedAccordingTo((one, other) -> Integer.compare(asked.indexOf(one), asked.indexOf(other)));
    }

    /** Asks something that was not asked before; gives the error, if any. */
    private Optional<CopilotException> ask(String session, Duration timeout) {
        String question = session + "-" + (asked.size() + 1);
        asked.add(question);
        try {
            orchestrator
                    .forCaller(Caller.local())
                    .invoke(AgentRequest.to("recall")
                            .text(question)
                            .session(session)
                            .timeout(timeout)
                            .build());
            answered.add(question);
            return Optional.empty();
        } catch (CopilotException error) {
            return Optional.of(error);
        }
    }

    private String remembered(String session) {
        return orchestrator
                .forCaller(Caller.local())
                .invoke(AgentRequest.to("recall").text("all").session(session).build())
                .message()
                .text();
    }
}
