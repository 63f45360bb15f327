package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The caller is answered at its deadline, whatever the agent does. */
class AnsweredInTimeTest {
    private final HostedAgents agents;
    private final AtomicBoolean letGo = new AtomicBoolean();

    AnsweredInTimeTest() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.limits = HostedAgents.limits(limits -> limits.cancelGrace = Duration.ofMillis(100));
        agents = new HostedAgents(setup);
        agents.with("echo", (request, context) -> AgentReply.text(request.text()));
        agents.with("stubborn", (request, context) -> {
            while (!letGo.get()) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            return AgentReply.text("too late");
        });
    }

    @AfterEach
    void nothingIsLeft() {
        letGo.set(true);
        // A submitted run is told, and then it is no longer counted.
        await().until(() -> agents.dispatcher.held() == 0
                && agents.dispatcher.stats().abandoned() == 0
                && agents.dispatcher.stats().inFlight() == 0);
        agents.close();
    }

    @Test
    void anAgentThatSleepsIsInterruptedAtTheDeadline() {
        HostedAgents.Setup patient = new HostedAgents.Setup();
        patient.limits = HostedAgents.limits(limits -> limits.cancelGrace = Duration.ofMinutes(1));
        try (HostedAgents all = new HostedAgents(patient).with("sleeper", (request, context) -> {
            Thread.sleep(60_000);
            return AgentReply.text("never");
        })) {
            assertThatThrownBy(() -> all.client().invoke(within("sleeper", 50)))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("sleeper")
                    .hasMessageContaining("copilot.invoke.timeout");
            await().until(() -> all.dispatcher.stats().abandoned() == 0);
            assertThat(all.dispatcher.stats().ignoredCancellations()).isZero();
        }
    }

    @Test
    void anAgentThatIgnoresItsEndKeepsPermitAndLeaseUntilItReturnsAndIsMoved() {
        // Long enough for the agent to begin, on a slow machine too.
        assertThatThrownBy(() -> agents.client().invoke(within("stubborn", 500)))
                .isInstanceOf(DeadlineExceededException.class);

        assertThat(agents.hosted("stubborn").leases().active()).isOne();
        await().until(() -> agents.dispatcher.stats().ignoredCancellations() == 1);
        DispatcherStats stats = agents.dispatcher.stats();
        assertThat(stats.ignoredByAgent()).containsEntry("stubborn", 1L);
        assertThat(stats.movedAgents()).containsExactly("stubborn");
        assertThat(stats.abandoned()).isOne();
        assertThat(stats.inFlight()).isZero();

        letGo.set(true);
        await().until(() -> agents.hosted("stubborn").leases().active() == 0);
        AtomicReference<String> thread = new AtomicReference<>();
        agents.with("stubborn", (request, context) -> {
            thread.set(Thread.currentThread().getName());
            return AgentReply.text("new version");
        });
        agents.client().invoke("stubborn", "again");
        assertThat(thread.get()).doesNotContain("overrunning");
    }

    @Test
    void aCaughtAgentRunsApartUntilANewVersionComes() {
        AtomicBoolean stay = new AtomicBoolean(true);
        agents.with("where", (request, context) -> {
            while (request.text().equals("stay") && stay.get()) {
                Thread.onSpinWait();
            }
            return AgentReply.text(Thread.currentThread().getName());
        });
        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("where")
                                .text("stay")
                                .timeout(Duration.ofMillis(500))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        await().until(() -> agents.dispatcher.stats().movedAgents().contains("where"));
        stay.set(false);

        assertThat(agents.client().invoke("where", "go").text()).startsWith("copilot-overrunning");
    }

    @Test
    void anInterruptNeverReachesALaterCallOnTheSameThread() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.workers = new WorkerLimits(1, 10, 1, 10);
        AtomicInteger disturbed = new AtomicInteger();
        try (HostedAgents one = new HostedAgents(setup)) {
            one.with("cpu", Execution.CPU, (request, context) -> {
                if (request.text().equals("later") && Thread.interrupted()) {
                    disturbed.incrementAndGet();
                }
                return AgentReply.text("ok");
            });
            for (int i = 0; i < 3_000; i++) {
                Run run = one.client()
                        .submit(AgentRequest.to("cpu").text("cancelled").build());
                Thread.onSpinWait();
                run.cancel("as it happens");
                assertThat(one.client().invoke("cpu", "later").text()).isEqualTo("ok");
            }
        }
        assertThat(disturbed).hasValue(0);
    }

    @Test
    void anInterruptOfTheCallerCancelsTheRun() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Boolean> agentInterrupted = new CompletableFuture<>();
        agents.with("waits", (request, context) -> {
            inside.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException expected) {
                agentInterrupted.complete(context.cancelled());
            }
            return AgentReply.text("ignored");
        });
        CompletableFuture<Object> told = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                told.complete(agents.client().invoke("waits", "go"));
            } catch (RuntimeException error) {
                told.complete(error.getClass().getSimpleName()
                        + Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        inside.await();
        caller.interrupt();

        assertThat(told.get()).isEqualTo("CanceledExceptiontrue");
        assertThat(agentInterrupted.get()).isTrue();
    }

    @Test
    void onTheCallersThreadALateReplyIsDiscarded() {
        agents.with("slow", (request, context) -> {
            while (!context.cancelled()) {
                Thread.onSpinWait();
            }
            return AgentReply.text("late");
        });
        AgentRequest request = AgentRequest.to("slow")
                .text("go")
                .session("s")
                .timeout(Duration.ofMillis(20))
                .build();

        assertThatThrownBy(() -> agents.client().onCallerThread().invoke(request))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(agents.storage
                        .sessions()
                        .head(
                                new org.copilotframework.api.caller.TenantId("acme"),
                                request.session().orElseThrow()))
                .isEmpty();
    }

    @Test
    void aRevokedCallerIsToldToTryAgain() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        agents.with("held", (request, context) -> {
            inside.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        CompletableFuture<AgentReply> reply =
                CompletableFuture.supplyAsync(() -> agents.client().invoke("held", "go"));
        inside.await();

        agents.hosted("held").leases().revokeAll("a new version is here");

        assertThatThrownBy(reply::join)
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("a new version is here");
    }

    @Test
    void closingRefusesNewCallsWaitsAndThenCancelsTheRest() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        agents.with("held", (request, context) -> {
            inside.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = agents.client().submit(AgentRequest.to("held").text("go").build());
        inside.await();

        agents.dispatcher.close(Duration.ofMillis(50));

        assertThatThrownBy(() -> agents.client().invoke("echo", "hello"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("closing");
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(UnavailableException.class);
        assertThat(run.cancel("too late")).isFalse();
    }

    @Test
    void cancelAnswersAtOnce() throws Exception {
        Run run = agents.client().submit(AgentRequest.to("stubborn").text("go").build());
        await().until(() -> run.state() == RunState.WORKING);

        assertThat(run.cancel("enough")).isTrue();

        assertThat(run.state()).isEqualTo(RunState.CANCELED);
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(CanceledException.class)
                .hasMessageContaining("enough");
        assertThat(run.cancel("again")).isFalse();
    }

    private static AgentRequest within(String agent, long millis) {
        return AgentRequest.to(agent)
                .text("go")
                .timeout(Duration.ofMillis(millis))
                .build();
    }
}
