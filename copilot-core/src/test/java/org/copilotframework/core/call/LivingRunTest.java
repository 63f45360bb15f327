package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.run.RunLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs that are suspended, resumed, taken over and fenced off, by one process and by two on one store. */
class LivingRunTest {
    private static final TenantId ACME = new TenantId("acme");

    private final SharedMemory storage = new SharedMemory();
    private final List<HostedAgents> processes = new ArrayList<>();

    @AfterEach
    void close() {
        processes.forEach(HostedAgents::close);
        storage.reallyClose();
    }

    @Test
    void aRunAsksWaitsWithoutAThreadAndGoesOnWithTheAnswer() {
        HostedAgents agents = process().with("order", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.inputRequired("which size?");
            }
            return AgentReply.text(context.firstMessage().text() + " in " + request.text());
        });
        Run run = agents.client().submit(AgentRequest.to("order").text("shoes").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        assertThat(run.question()).hasValue(Message.agent("which size?"));
        await().until(() ->
                agents.dispatcher.held() == 0 && agents.dispatcher.stats().inFlight() == 0);
        assertThat(run.reply().toCompletableFuture()).isNotDone();

        run.input(Message.user("42"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("shoes in 42");
        assertThat(run.question()).isEmpty();
        assertThatThrownBy(() -> run.input(Message.user("43")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("COMPLETED");
        assertThat(states(run))
                .containsExactly(
                        RunState.SUBMITTED,
                        RunState.WORKING,
                        RunState.INPUT_REQUIRED,
                        RunState.WORKING,
                        RunState.WORKING,
                        RunState.COMPLETED);
    }

    @Test
    void anInvokedCallThatIsSuspendedBecomesARunAndItsCallerLearnsItsName() throws Exception {
        AtomicInteger done = new AtomicInteger();
        HostedAgents agents = process().with("order", (request, context) -> {
            String number = context.step("reserve", String.class, key -> "r" + done.incrementAndGet());
            if (context.activation() == 1) {
                return AgentReply.inputRequired("pay " + number + "?");
            }
            return AgentReply.text(number + " " + request.text());
        });

        AgentReply asked = agents.client()
                .invoke(AgentRequest.to("order").text("shoes").session("s").build());

        assertThat(asked.suspended()).isTrue();
        assertThat(asked.state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(asked.text()).isEqualTo("pay r1?");
        RunId id = asked.run().orElseThrow();
        Run run = agents.dispatcher.run(ACME, id).orElseThrow();
        run.input(Message.user("paid"));
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("r1 paid");
        assertThat(storage.sessions().turns(ACME, new SessionId("s"), Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .extracting(turn -> turn.id())
                .containsExactly(id + "/1", id + "/2");
    }

    @Test
    void aRunGoesOnAtTheMomentItNamed() {
        Instant begun = Instant.now();
        HostedAgents agents = process().with("later", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.resumeAt(begun.plusMillis(300), "waits for the shop to open");
            }
            return AgentReply.text(request.text() + " " + !Instant.now().isBefore(begun.plusMillis(300)));
        });
        Run run = agents.client().submit(AgentRequest.to("later").text("open").build());

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("open true");
    }

    @Test
    void aRunWhosePluginGoesIsDoneByTheVersionThatComes() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        HostedAgents agents = process().with("works", (request, context) -> {
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
    void aSuspendedRunIsCanceledByTheStoreAlone() {
        HostedAgents first = process().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        HostedAgents second = process();

        assertThat(second.dispatcher.run(ACME, run.id()).orElseThrow().cancel("no need"))
                .isTrue();

        assertThat(second.dispatcher.run(ACME, run.id()).orElseThrow().cancel("again"))
                .isFalse();
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(CanceledException.class)
                .hasMessageContaining("no need");
        assertThat(run.state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void aRunAtWorkIsCanceledFromAnotherProcess() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        HostedAgents first = process().with("sleeps", (request, context) -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("sleeps").text("go").build());
        await().until(() -> run.state() == RunState.WORKING);

        assertThat(process().dispatcher.run(ACME, run.id()).orElseThrow().cancel("from afar"))
                .isTrue();

        interrupted.await();
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join()).hasCauseInstanceOf(CanceledException.class);
        assertThat(head(run.id()).state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void anotherProcessGivesTheInputAndTheFirstLearnsTheReply() {
        HostedAgents first = process().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        HostedAgents second =
                process().with("asks", (request, context) -> AgentReply.text("second got " + request.text()));

        second.dispatcher.run(ACME, run.id()).orElseThrow().input(Message.user("yes"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second got yes");
        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aStepIsNotDoneAgainByTheProcessThatTakesOver() throws Exception {
        AtomicInteger charged = new AtomicInteger();
        List<String> keys = new ArrayList<>();
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = process(Duration.ofSeconds(1)).with("charges", (request, context) -> {
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
        storage.cutOff(first);
        HostedAgents second = process().with("charges", (request, context) -> {
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
        assertThat(head(run.id()).activation()).isEqualTo(1);
    }

    @Test
    void aWorkerThatWasTakenOverIsFencedOffAndItsTurnIsNotWritten() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = process(Duration.ofSeconds(1)).with("races", (request, context) -> {
            stuck.countDown();
            goOn.await();
            return AgentReply.text("first");
        });
        Run run = first.client()
                .submit(AgentRequest.to("races").text("go").session("s").build());
        stuck.await();
        storage.cutOff(first);
        HostedAgents second = process().with("races", (request, context) -> AgentReply.text("second"));
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();
        there.reply().toCompletableFuture().join();
        goOn.countDown();
        await().until(() -> first.dispatcher.stats().inFlight() == 0);
        storage.reconnect(first);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
        assertThat(storage.sessions().turns(ACME, new SessionId("s"), Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .hasSize(1);
    }

    @Test
    void aStepThatMayBeDoneOnceOnlyIsInDoubtAfterATakeover() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = process(Duration.ofSeconds(1)).with("pays", (request, context) -> {
            context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> {
                stuck.countDown();
                Thread.sleep(60_000);
                return "never";
            });
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("pays").text("go").build());
        stuck.await();
        storage.cutOff(first);
        HostedAgents second = process().with("pays", (request, context) -> {
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
        HostedAgents first = process(Duration.ofSeconds(1)).with("kills", (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("kills").text("go").build());
        begun.await();
        storage.cutOff(first);
        for (int i = 0; i < RunLimits.defaults().maxAttempts(); i++) {
            RunHead before = head(run.id());
            await().until(() -> !storage.runs()
                    .claim("dies-" + before.fence(), List.of("kills"), Duration.ofMillis(1), 1)
                    .isEmpty());
        }
        HostedAgents last = process().with("kills", (request, context) -> AgentReply.text("not again"));
        Run there = last.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThatThrownBy(() -> there.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("copilot.runs.max-attempts");
    }

    @Test
    void aRunThatGetsNoInputInTimeFails() {
        HostedAgents.Setup setup = setup(Duration.ofSeconds(2));
        RunLimits usual = setup.runLimits;
        setup.runLimits = new RunLimits(
                usual.lease(), usual.pollInterval(), Duration.ofMillis(50), usual.keep(), 5, 256, 0, null);
        HostedAgents agents =
                process(setup).with("asks", (request, context) -> AgentReply.inputRequired("anybody there?"));
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("copilot.runs.input-timeout");
    }

    @Test
    void anOrchestratorThatClosesHandsItsRunsBackAndTheNextOneFinishesThem() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = process().with("works", (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        first.dispatcher.close();

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(UnavailableException.class);
        assertThat(head(run.id()).state()).isEqualTo(RunState.SUBMITTED);
        HostedAgents second = process().with("works", (request, context) -> AgentReply.text("done"));
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
    void anEndedRunIsFoundInTheStoreByAProcessThatNeverSawIt() {
        HostedAgents first = process()
                .with("echo", (request, context) -> AgentReply.text(request.text()))
                .with("fails", (request, context) -> {
                    throw new IllegalStateException("broken");
                });
        Run good = first.client().submit(AgentRequest.to("echo").text("hello").build());
        Run bad = first.client().submit(AgentRequest.to("fails").text("go").build());
        good.reply().toCompletableFuture().join();
        await().until(() -> head(bad.id()).state() == RunState.FAILED);
        HostedAgents second = process();

        Run found = second.dispatcher.run(ACME, good.id()).orElseThrow();
        assertThat(found.state()).isEqualTo(RunState.COMPLETED);
        assertThat(found.reply().toCompletableFuture().join().text()).isEqualTo("hello");
        Run failed = second.dispatcher.run(ACME, bad.id()).orElseThrow();
        assertThatThrownBy(() -> failed.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("broken");
        assertThat(second.dispatcher.run(new TenantId("other"), good.id())).isEmpty();
    }

    @Test
    void itsEventsAreReadFromTheStoreByAnotherProcessAndKeepTheirPositions() {
        HostedAgents first = process().with("talks", (request, context) -> {
            if (context.activation() == 1) {
                context.emit(new Event.Text("hel"));
                context.emit(new Event.Text("lo"));
                return AgentReply.inputRequired("more?");
            }
            context.emit(new Event.Text("bye"));
            return AgentReply.text("hello bye");
        });
        Run run = first.client().submit(AgentRequest.to("talks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        HostedAgents second = process();
        await().until(() -> !storage.runs().events(ACME, run.id(), 5, 1, 1_000).isEmpty());
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();

        run.input(Message.user("yes"));
        run.reply().toCompletableFuture().join();
        there.reply().toCompletableFuture().join();

        List<Event> events = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        try (EventStream stream = there.events(0)) {
            stream.forEachRemaining(event -> {
                events.add(event.event());
                positions.add(event.position());
            });
        }
        assertThat(events)
                .startsWith(
                        new Event.State(RunState.SUBMITTED),
                        new Event.State(RunState.WORKING),
                        new Event.Text("hel"),
                        new Event.Text("lo"),
                        new Event.Question(Message.agent("more?")),
                        new Event.State(RunState.INPUT_REQUIRED))
                .contains(new Event.Text("bye"))
                .endsWith(new Event.State(RunState.COMPLETED));
        assertThat(positions).isSorted().doesNotHaveDuplicates().startsWith(1L).hasSizeGreaterThan(6);
    }

    private static List<RunState> states(Run run) {
        List<RunState> states = new ArrayList<>();
        try (EventStream events = run.events(0)) {
            events.forEachRemaining(event -> {
                if (event.event() instanceof Event.State state) {
                    states.add(state.state());
                }
            });
        }
        return states;
    }

    private RunHead head(RunId id) {
        return storage.runs().find(ACME, id).orElseThrow().head();
    }

    private HostedAgents process() {
        return process(Duration.ofSeconds(2));
    }

    private HostedAgents process(Duration lease) {
        return process(setup(lease));
    }

    private HostedAgents.Setup setup(Duration lease) {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.runLimits = HostedAgents.runLimits(lease);
        return setup;
    }

    private HostedAgents process(HostedAgents.Setup setup) {
        setup.storage = storage.connection();
        HostedAgents agents = new HostedAgents(setup);
        processes.add(agents);
        return agents;
    }
}
