package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.SessionPolicy;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything at once, at random: each caller is answered exactly once, and at the end nothing is held and nothing is lost. */
class StressTest {
    private static final int THREADS = 8;
    private static final int CALLS = 400;

    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsHeldAndNothingIsLost(long seed) throws Exception {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.noVirtualThreads = seed % 2 == 0;
        setup.workers = new WorkerLimits(6, 10, 2, 10);
        setup.limits = HostedAgents.limits(limits -> {
            limits.cancelGrace = Duration.ofMillis(20);
            limits.concurrency = 6;
            limits.agentConcurrency = 4;
            limits.queue = 5;
            limits.sessionQueue = 3;
            limits.maxDepth = 3;
            limits.runsKept = 50;
        });
        setup.observers.add(invocation -> {
            started.incrementAndGet();
            AtomicInteger times = new AtomicInteger();
            InvocationObserver.Observation observation = outcome -> {
                ended.incrementAndGet();
                assertThat(times.incrementAndGet()).isOne();
            };
            return observation;
        });
        setup.interceptors.add(invocation -> {
            entered.incrementAndGet();
            return outcome -> left.incrementAndGet();
        });
        try (HostedAgents agents = new HostedAgents(setup)) {
            for (int i = 0; i < 3; i++) {
                agents.with("agent" + i, i == 2 ? Execution.CPU : Execution.BLOCKING, this::work);
            }
            CompletableFuture<?>[] callers = new CompletableFuture<?>[THREADS];
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed * 100 + i);
                callers[i] = new CompletableFuture<Void>();
                CompletableFuture<?> done = callers[i];
                Thread thread = new Thread(() -> {
                    try {
                        for (int call = 0; call < CALLS; call++) {
                            call(agents, random);
                        }
                        done.complete(null);
                    } catch (Throwable wrong) {
                        done.completeExceptionally(wrong);
                    }
                });
                thread.start();
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(callers);
            Random random = new Random(seed);
            List<HostedAgent> generations = new java.util.ArrayList<>();
            while (!all.isDone()) {
                generations.add(swap(agents, "agent" + random.nextInt(3), random.nextBoolean()));
                Thread.sleep(5);
            }
            all.join();

            await().atMost(Duration.ofSeconds(30)).until(() -> agents.dispatcher.held() == 0);
            await().until(() -> agents.dispatcher.stats().waiting() == 0
                    && agents.dispatcher.stats().abandoned() == 0);
            // Runs whose generation went are taken up again, so a call may begin while this looks.
            await().untilAsserted(() -> {
                assertThat(agents.dispatcher.stats().inFlight()).isZero();
                assertThat(ended).hasValue(started.get());
                assertThat(left).hasValue(entered.get());
            });
            await().until(() ->
                    generations.stream().allMatch(hosted -> hosted.leases().active() == 0));
            for (int session = 0; session < 4; session++) {
                List<StoredTurn> turns = agents.storage
                        .sessions()
                        .turns(
                                new TenantId("acme"),
                                new SessionId("s" + session),
                                Long.MAX_VALUE,
                                1_000,
                                Long.MAX_VALUE);
                for (int i = 1; i < turns.size(); i++) {
                    assertThat(turns.get(i).version())
                            .isEqualTo(turns.get(i - 1).version() + 1);
                }
                assertThat(turns.stream().map(StoredTurn::id).distinct().count())
                        .isEqualTo(turns.size());
            }
        }
    }

    private HostedAgent swap(HostedAgents agents, String name, boolean exclusive) {
        HostedAgent old = agents.hosted(name);
        WaitingRoom room = new WaitingRoom(3);
        if (exclusive) {
            agents.exchange(name, room);
            old.leases().close();
        }
        agents.hosted(name, old.descriptor().execution(), this::work);
        room.open();
        old.leases().close();
        old.leases().revokeAll("a new version");
        return old;
    }

    private AgentReply work(AgentRequest request, AgentContext context) throws Exception {
        Object session = context.session().map(s -> (Object) s.id()).orElse(null);
        Random random = new Random(context.runId().hashCode());
        if (session != null) {
            context.session().orElseThrow().put("n", random.nextInt());
        }
        switch (random.nextInt(10)) {
            case 0 -> Thread.sleep(random.nextInt(30));
            case 1 -> throw new Error("at random");
            case 2 -> {
                return null;
            }
            case 3, 4 -> context.agents().invoke("agent" + random.nextInt(3), "child");
            case 5 ->
                context.agents().submit(AgentRequest.to("agent0").text("child").build());
            case 6 -> {
                long end = System.nanoTime() + 5_000_000;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }
            default -> {}
        }
        return AgentReply.text("done");
    }

    private void call(HostedAgents agents, Random random) {
        AgentRequest.Builder builder =
                AgentRequest.to("agent" + random.nextInt(3)).text("go");
        if (random.nextInt(3) > 0) {
            builder.session("s" + random.nextInt(4)).sessionPolicy(SessionPolicy.values()[random.nextInt(3)]);
        }
        builder.timeout(Duration.ofMillis(1 + random.nextInt(60)));
        Client client = agents.client();
        try {
            switch (random.nextInt(4)) {
                case 0 -> client.onCallerThread().invoke(builder.build());
                case 1 -> {
                    Run run = client.submit(builder.build());
                    if (random.nextBoolean()) {
                        run.cancel("at random");
                    }
                    try {
                        run.reply().toCompletableFuture().join();
                        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
                    } catch (CompletionException failed) {
                        assertThat(failed).hasCauseInstanceOf(CopilotException.class);
                        assertThat(run.state().terminal()).isTrue();
                    }
                }
                case 2 -> {
                    Thread me = Thread.currentThread();
                    if (random.nextInt(10) == 0) {
                        me.interrupt();
                    }
                    client.invoke(builder.build());
                }
                default -> client.invoke(builder.build());
            }
        } catch (CopilotException refused) {
            // As it should be: every refusal and failure is of the tree.
            assertThat(refused.getMessage()).isNotEmpty();
        } finally {
            Thread.interrupted();
        }
    }
}
