package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
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
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.storage.tck.FaultProxy;

/** Calls of an agent on a store that falls silent, for {@link StalledStoreTest}. */
final class StalledCalls implements AutoCloseable {
    private static final Duration STALL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_REQUESTS = 20;

    private final String store;
    private final FaultProxy proxy;
    private final Orchestrator orchestrator;
    /** Nobody else's. */
    private final String session = UUID.randomUUID().toString();

    private final List<String> asked = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();

    @AgentInfo(name = "recall", description = "Says what was asked before.")
    private static final class Recall implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(context.session().orElseThrow().history(1_000).stream()
                    .map(turn -> turn.request().text())
                    .collect(Collectors.joining(" ")));
        }
    }

    /**
     * Starts an orchestrator.
     *
     * @param store the store's name
     * @param port where its server listens
     * @param url its URL at a port
     * @param settings by which the store itself may be silent for long
     */
    StalledCalls(
            String store, int port, IntFunction<String> url, Map<String, String> settings, Path home, Path plugins) {
        this.store = store;
        this.proxy = new FaultProxy(() -> new InetSocketAddress("127.0.0.1", port));
        OrchestratorBuilder builder = Orchestrator.builder()
                .home(home)
                .plugins(plugins)
                .agent(new Recall())
                .setting("copilot.storage.url", url.apply(proxy.address().getPort()))
                .setting("copilot.invoke.cancel-grace", "500ms")
                // So that the requests that are counted are those of the calls.
                .setting("copilot.runs.poll-interval", "1h");
        settings.forEach(builder::setting);
        this.orchestrator = builder.start();
    }

    /** Call after call, with a stall at the first request of a call, the second, and so on until it has no more. */
    void withStalls(ObjIntConsumer<FaultProxy> stall) throws Exception {
        answeredAgain();
        int stalls = 0;
        boolean tripped = true;
        while (tripped) {
            stall.accept(proxy, ++stalls);
            assertThat(stalls).as(store).isLessThan(MAX_REQUESTS);
            CompletableFuture<Optional<CopilotException>> answer =
                    CompletableFuture.supplyAsync(() -> ask(Duration.ofSeconds(1)));
            await().atMost(PATIENCE).until(() -> proxy.tripped() || answer.isDone());
            tripped = proxy.tripped();
            long since = System.nanoTime();
            Optional<CopilotException> told = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (tripped) {
                assertThat(told)
                        .as("told while %s is silent still", store)
                        .hasValueSatisfying(error -> assertThat(error)
                                .isInstanceOfAny(DeadlineExceededException.class, UnavailableException.class));
                // Once is enough: what waited for the store would wait at the first request too.
                Duration silence = stalls == 1 ? STALL : Duration.ZERO;
                await().atMost(PATIENCE).until(() -> System.nanoTime() - since >= silence.toNanos());
            }
            proxy.forward();
            answeredAgain();
        }
        assertThat(stalls).as("a read and a commit at least in %s", store).isGreaterThan(2);
        assertThat(remembered())
                .as(store)
                .doesNotHaveDuplicates()
                .isSubsetOf(asked)
                .containsAll(answered)
                .isSortedAccordingTo((one, other) -> Integer.compare(asked.indexOf(one), asked.indexOf(other)));
    }

    private void answeredAgain() {
        await().alias(store)
                .atMost(PATIENCE)
                .until(() -> ask(Duration.ofSeconds(30)).isEmpty());
    }

    /** Asks something that was not asked before; gives the error, if any. */
    private Optional<CopilotException> ask(Duration timeout) {
        String question = "question-" + (asked.size() + 1);
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

    private List<String> remembered() {
        return List.of(orchestrator
                .forCaller(Caller.local())
                .invoke(AgentRequest.to("recall").text("all").session(session).build())
                .message()
                .text()
                .split(" "));
    }

    @Override
    public void close() {
        proxy.forward();
        orchestrator.close();
        proxy.close();
    }
}
