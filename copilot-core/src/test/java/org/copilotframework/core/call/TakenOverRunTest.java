package org.copilotframework.core.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunInput;
import org.copilotframework.core.run.RunLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that another worker goes on with: because the first has died, was too slow, or gave them back. */
class TakenOverRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aRunWhosePluginGoesIsDoneByTheVersionThatComes() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        HostedAgents agents = processes.one().with("works", (request, context) -> {
            inside.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = agents.client().submit(AgentRequest.to("works").text("go").build());
        inside.await();
        HostedAgent old = agents.hosted("works");
        agents.with("works", (request, context) -> AgentReply.text("by the new one"));

        old.leases().revokeAll("a new version is here");

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("by the new one");
    }

    @Test
    void aStepIsNotDoneAgainByTheProcessThatTakesOver() throws Exception {
        AtomicInteger charged = new AtomicInteger();
        List<String> keys = new ArrayList<>();
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("charges", (request, context) -> {
            context.step("charge", Integer.class, key -> {
                keys.add(key);
                return charged.incrementAndGet();
            });
            stuck.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("charges").text("go").build());
        stuck.await();
        processes.storage.cutOff(first);
        HostedAgents second = processes.one().with("charges", (request, context) -> {
            long number = context.step("charge", Long.class, key -> {
                keys.add(key);
                return (long) charged.incrementAndGet();
            });
            return AgentReply.text("charged " + number);
        });
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("charged 1");
        assertThat(charged).hasValue(1);
        assertThat(keys).containsExactly(run.id() + "/charge");
        assertThat(processes.head(run.id()).activation()).isEqualTo(1);
    }

    @Test
    void aWorkerThatWasTakenOverIsFencedOffAndItsTurnIsNotWritten() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("races", (request, context) -> {
            stuck.countDown();
            goOn.await();
            return AgentReply.text("first");
        });
        processes.storage.before(first, "renew", TakenOverRunTest::fails);
        Run run = first.client()
                .submit(AgentRequest.to("races").text("go").session("s").build());
        stuck.await();
        first.directory.publish(Map.of());
        HostedAgents second = processes.one().with("races", (request, context) -> AgentReply.text("second"));
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();
        there.reply().toCompletableFuture().join();
        goOn.countDown();
        await().until(() -> first.dispatcher.stats().inFlight() == 0);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
        assertThat(processes.storage.sessions().turns(ACME, new SessionId("s"), Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .hasSize(1);
    }

    @Test
    void withoutASessionTooItIsTheFenceThatDecides() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("races", (request, context) -> {
            stuck.countDown();
            goOn.await();
            return AgentReply.text("first");
        });
        processes.storage.before(first, "renew", TakenOverRunTest::fails);
        Run run = first.client().submit(AgentRequest.to("races").text("go").build());
        stuck.await();
        first.directory.publish(Map.of());
        HostedAgents second = processes.one().with("races", (request, context) -> AgentReply.text("second"));
        second.dispatcher
                .run(ACME, run.id())
                .orElseThrow()
                .reply()
                .toCompletableFuture()
                .join();
        goOn.countDown();

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
    }

    @Test
    void aLeaseIsKeptWhileTheStoreIsSweptForLongAndWhileTheProcessCloses() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch swept = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1));
        processes.storage.before(first, "sweep", () -> {
            try {
                swept.await();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });
        first.with("works", (request, context) -> {
            begun.countDown();
            goOn.await();
            return AgentReply.text("by the first");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        HostedAgents second = processes.one().with("works", (request, context) -> AgentReply.text("by the second"));
        await().until(() -> renewedTimes(run, 3));
        Thread closing = new Thread(() -> first.dispatcher.close(Duration.ofSeconds(60)));
        closing.start();
        swept.countDown();
        await().until(() -> renewedTimes(run, 6));
        goOn.countDown();
        closing.join();

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("by the first");
        assertThat(second.dispatcher.run(ACME, run.id()).orElseThrow().state()).isEqualTo(RunState.COMPLETED);
    }

    /** Whether its lease of a second would have been over so often. */
    private boolean renewedTimes(Run run, int times) {
        RunHead head = processes.head(run.id());
        return head.due() != null && head.due().isAfter(head.changed().plusSeconds(times));
    }

    private static void fails() {
        throw new UnavailableException("the test lets it fail", Duration.ZERO);
    }

    @Test
    void aStepThatMayBeDoneOnceOnlyIsInDoubtAfterATakeover() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("pays", (request, context) -> {
            context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> {
                stuck.countDown();
                Thread.sleep(60_000);
                return "never";
            });
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("pays").text("go").build());
        stuck.await();
        processes.storage.cutOff(first);
        HostedAgents second = processes.one().with("pays", (request, context) -> {
            try {
                return AgentReply.text(context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> "paid twice"));
            } catch (StepInDoubtException inDoubt) {
                return AgentReply.text("ask the bank about " + inDoubt.stepKey());
            }
        });
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThat(there.reply().toCompletableFuture().join().text())
                .isEqualTo("ask the bank about " + run.id() + "/pay");
    }

    @Test
    void aRunThatEndsItsProcessEachTimeFailsInTheEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("kills", (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("kills").text("go").build());
        begun.await();
        processes.storage.cutOff(first);
        dies("kills", RunLimits.defaults().maxAttempts());
        HostedAgents last = processes.one().with("kills", (request, context) -> AgentReply.text("not again"));
        Run there = last.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThatThrownBy(() -> there.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("copilot.runs.max-attempts");
    }

    @Test
    void anOrchestratorThatClosesHandsItsRunsBackAndTheNextOneFinishesThem() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = processes.one().with("works", (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        first.dispatcher.close();

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(UnavailableException.class);
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.SUBMITTED);
        HostedAgents second = processes.one().with("works", (request, context) -> AgentReply.text("done"));
        assertThat(second.dispatcher
                        .run(ACME, run.id())
                        .orElseThrow()
                        .reply()
                        .toCompletableFuture()
                        .join()
                        .text())
                .isEqualTo("done");
    }

    @Test
    void aRunThatWasHandedBackStillCountsTheProcessesItHasEnded() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        HostedAgents.Body stays = (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        };
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("kills", stays);
        Run run = first.client().submit(AgentRequest.to("kills").text("go").build());
        await().until(() -> begun.getCount() == 1);
        processes.storage.cutOff(first);
        dies("kills", 2);
        HostedAgents second = processes.one().with("kills", stays);
        begun.await();
        second.dispatcher.close();
        dies("kills", 2);
        HostedAgents last = processes.one().with("kills", (request, context) -> AgentReply.text("not again"));
        Run there = last.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThatThrownBy(() -> there.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("5 processes ended")
                .hasMessageContaining("copilot.runs.max-attempts");
    }

    @Test
    void aRunMayBeHandedBackMoreOftenThanItMayEndItsProcess() {
        AtomicInteger entered = new AtomicInteger();
        Run run = handedBack(entered, 3);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done");
        assertThat(entered).hasValue(4);
    }

    @Test
    void aRunThatIsHandedBackAgainAndAgainFailsInTheEnd() {
        AtomicInteger entered = new AtomicInteger();
        Run run = handedBack(entered, Integer.MAX_VALUE);

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("handed back 11 times");
        assertThat(entered).hasValue(11);
    }

    /** A run that may end no second process, and whose plugin is exchanged each time. */
    private Run handedBack(AtomicInteger entered, int times) {
        HostedAgents agents = processes.one(attempts(1));
        agents.with("works", (request, context) -> {
            if (entered.incrementAndGet() > times) {
                return AgentReply.text("done");
            }
            agents.hosted("works").leases().revokeAll("a new version is here");
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        return agents.client().submit(AgentRequest.to("works").text("go").build());
    }

    @Test
    void aRunThatWasHandedBackEndsWhereItFails() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = processes.one().with("works", (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        first.dispatcher.close();
        AtomicInteger entered = new AtomicInteger();
        HostedAgents second = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            entered.incrementAndGet();
            throw new IllegalStateException("broken");
        });

        await().until(() -> processes.head(run.id()).state() == RunState.FAILED);
        assertThat(entered).hasValue(1);
        assertThat(second.dispatcher.stats().inFlight()).isZero();
    }

    @Test
    void aRunThatCannotBeReadKeepsNoOtherFromGoingOn() {
        Payload input = RunInput.of(
                        Caller.of("acme", "ada"),
                        AgentRequest.to("echo").text("hello").build())
                .store();
        Payload detail = RunDetail.said(Message.agent("waited"), null).store();
        store("bad", Payload.of("{ not json".getBytes(UTF_8)), detail);
        store("good", input, detail);
        store("worse", input, Payload.of(new byte[] {1}));
        HostedAgents.Setup setup = attempts(1);
        HostedAgents agents = processes.one(setup).with("echo", (request, context) -> AgentReply.text(request.text()));

        await().until(() -> processes.head(new RunId("good")).state() == RunState.COMPLETED);
        await().until(() -> processes.head(new RunId("bad")).state() == RunState.FAILED);
        await().until(() -> processes.head(new RunId("worse")).state() == RunState.FAILED);
        assertThat(agents.dispatcher.stats().storeTrouble()).isEmpty();
    }

    private void store(String id, Payload input, Payload detail) {
        processes
                .storage
                .connection()
                .commit(Commit.in(ACME)
                        .start(new RunStart(
                                new RunId(id),
                                "submit",
                                "echo",
                                null,
                                RunState.SUBMITTED,
                                1,
                                input,
                                detail,
                                null,
                                Due.now(),
                                null))
                        .build());
    }

    /** Processes take the one run there is, and are not heard of again. */
    private void dies(String agent, int times) {
        for (int i = 0; i < times; i++) {
            await().until(() -> !processes
                    .storage
                    .runs()
                    .claim("dies", List.of(agent), Duration.ofMillis(1), 1)
                    .isEmpty());
        }
    }

    private static HostedAgents.Setup attempts(int most) {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(1));
        RunLimits usual = setup.runLimits;
        setup.runLimits = new RunLimits(
                usual.lease(),
                usual.pollInterval(),
                usual.inputTimeout(),
                usual.agentTimeout(),
                usual.keep(),
                most,
                256,
                0,
                null);
        return setup;
    }
}
