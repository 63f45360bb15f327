package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents that compute for ever on every processor stop nobody else; with virtual threads and without. */
class StarvationTest {
    private static final int SLEEPERS = 2_000;
    private static final int THREADS = 8;
    private static final int QUEUE = 100;

    private final AtomicBoolean letGo = new AtomicBoolean();
    private final HostedAgents agents;
    private final int spinners = 2 * Runtime.getRuntime().availableProcessors();

    StarvationTest() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.limits = HostedAgents.limits(limits -> {
            limits.cancelGrace = Duration.ofMillis(100);
            limits.agentConcurrency = spinners;
            limits.queue = 0;
        });
        agents = new HostedAgents(setup)
                .with("echo", (request, context) -> AgentReply.text(request.text()))
                .with("polite", (request, context) -> {
                    while (!context.cancelled() && !letGo.get()) {
                        Thread.onSpinWait();
                    }
                    return AgentReply.text("ended");
                })
                .with("spins", (request, context) -> {
                    while (!letGo.get()) {
                        Thread.onSpinWait();
                    }
                    return AgentReply.text("ended");
                });
    }

    @AfterEach
    void theyEnd() {
        letGo.set(true);
        await().atMost(Duration.ofSeconds(30)).until(() -> agents.dispatcher.held() == 0);
        await().until(() -> !agents.dispatcher.stats().virtualThreadsStarved());
        agents.close();
    }

    @Test
    void anotherAgentHealthAndSheddingStillAnswer() {
        spin("spins", spinners, Duration.ofSeconds(30));

        for (int i = 0; i < 20; i++) {
            assertThat(agents.client().invoke("echo", "hello " + i).text()).isEqualTo("hello " + i);
        }
        assertThat(agents.dispatcher.stats().inFlight()).isEqualTo(spinners);
        if (VirtualThreads.factory() != null) {
            assertThat(agents.dispatcher.stats().virtualThreadsStarved()).isTrue();
        }
        assertThatThrownBy(() -> agents.client().invoke("spins", "one more")).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aCallThatWasHandedOverBeforeTheProcessorsWereGoneIsHandedOverAnew() {
        List<Run> runs = spin("spins", spinners, Duration.ofSeconds(30));
        List<Run> others = new ArrayList<>();
        for (int i = 0; i < spinners; i++) {
            others.add(
                    agents.client().submit(AgentRequest.to("echo").text("hello").build()));
        }

        for (Run other : others) {
            assertThat(other.reply().toCompletableFuture().join().text()).isEqualTo("hello");
        }
        assertThat(runs).noneMatch(run -> run.state().terminal());
    }

    @Test
    void spinningAgentsThatLookAtTheirDeadlineAreEndedByATimerAndTheOthersGoOn() {
        List<Run> runs = spin("polite", spinners, Duration.ofMillis(300));

        for (Run run : runs) {
            assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                    .hasCauseInstanceOf(CopilotException.class);
        }
        assertThat(agents.client().invoke("echo", "hello").text()).isEqualTo("hello");
    }

    @Test
    void agentsThatSpinPastTheirDeadlineAreMovedAndStopNobodyElse() {
        spin("spins", spinners, Duration.ofMillis(100));
        await().until(() -> agents.dispatcher.stats().movedAgents().contains("spins"));

        assertThat(agents.client().invoke("echo", "hello").text()).isEqualTo("hello");
        assertThat(agents.dispatcher.stats().abandoned()).isBetween(1, spinners);
        letGo.set(true);
        await().until(() -> agents.dispatcher.stats().abandoned() == 0);
        assertThat(agents.client().invoke("spins", "again").text()).isEqualTo("ended");
    }

    @Test
    void agentsThatComputeForEverStopNoOtherThatComputes() {
        agents.with("sum", Execution.CPU, (request, context) -> AgentReply.text("42"));
        agents.with("cpu-spins", Execution.CPU, (request, context) -> {
            while (!letGo.get()) {
                Thread.onSpinWait();
            }
            return AgentReply.text("ended");
        });
        spin("cpu-spins", spinners, Duration.ofMillis(100));

        assertThat(agents.client().invoke("sum", "go").text()).isEqualTo("42");
        // The place of one that overruns is filled first, and then it is told.
        await().until(() -> agents.dispatcher.stats().movedAgents().contains("cpu-spins"));
        letGo.set(true);
        await().until(() -> agents.dispatcher.stats().abandoned() == 0);
        for (int i = 0; i < 50; i++) {
            assertThat(agents.client().invoke("sum", "go").text()).isEqualTo("42");
        }
    }

    @Test
    void agentsThatWaitRunOnVirtualThreadsWhereTheyAre() {
        agents.with(
                "where", (request, context) -> AgentReply.text("" + VirtualThreads.isVirtual(Thread.currentThread())));

        assertThat(agents.client().invoke("where", "?").text()).isEqualTo("" + (VirtualThreads.factory() != null));
    }

    @Test
    void manySleepersRunAtOnceWhereVirtualThreadsAreAndElsewhereAsManyAsThereAreThreads() {
        boolean virtual = VirtualThreads.factory() != null;

        putToSleep(virtual, virtual ? SLEEPERS : THREADS, virtual ? SLEEPERS : THREADS + QUEUE);
    }

    @Test
    void withoutVirtualThreadsSleepersWaitInABoundedQueueAndTheRestAreRefused() {
        putToSleep(false, THREADS, THREADS + QUEUE);
    }

    /** Whoever was taken in gets his reply in the end; whoever was not was told at once, and nothing is left of him. */
    private static void putToSleep(boolean virtualThreads, int atOnce, int takenIn) {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.noVirtualThreads = !virtualThreads;
        setup.workers = virtualThreads ? WorkerLimits.defaults() : new WorkerLimits(THREADS, QUEUE, 1, 1);
        AtomicInteger asleep = new AtomicInteger();
        CountDownLatch morning = new CountDownLatch(1);
        List<Run> runs = new ArrayList<>();
        int refused = 0;
        try (HostedAgents many = new HostedAgents(setup)) {
            many.with("sleeps", (request, context) -> {
                asleep.incrementAndGet();
                morning.await();
                return AgentReply.text("slept");
            });
            for (int i = 0; i < SLEEPERS; i++) {
                try {
                    runs.add(many.client()
                            .submit(AgentRequest.to("sleeps").text("go").build()));
                } catch (UnavailableException full) {
                    refused++;
                }
            }
            await().until(() -> asleep.get() == atOnce);
            assertThat(runs).hasSize(takenIn);
            assertThat(refused).isEqualTo(SLEEPERS - takenIn);
            await().until(() -> many.dispatcher.stats().inFlight() == takenIn);

            morning.countDown();
            for (Run run : runs) {
                assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("slept");
            }
            assertThat(asleep).hasValue(takenIn);
        } finally {
            morning.countDown();
        }
    }

    private List<Run> spin(String agent, int times, Duration timeout) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            runs.add(agents.client()
                    .submit(AgentRequest.to(agent).text("go").timeout(timeout).build()));
        }
        return runs;
    }
}
