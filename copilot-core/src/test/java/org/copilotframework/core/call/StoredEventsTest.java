package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which of a run's events are in the store, and at which positions, whoever is at work on it. */
class StoredEventsTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aSuspensionIsStoredWithItsEventsAndWithThoseBeforeIt() {
        AtomicReference<List<StoredEvent>> atOnce = new AtomicReference<>(List.of());
        HostedAgents first = processes.one().with("asks", (request, context) -> {
            context.emit(new Event.Text("hm"));
            return AgentReply.inputRequired("which?");
        });
        AtomicReference<RunId> id = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        processes.storage.loseAnswer(first, "", () -> {
            awaited(known);
            atOnce.set(stored(id.get()));
        });
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        id.set(run.id());
        known.countDown();
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);

        assertThat(atOnce.get())
                .as("when the commit is made, and nobody knows it yet")
                .extracting(StoredEvent::position)
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(stored(run.id()))
                .as("when it was sent again")
                .extracting(StoredEvent::position)
                .containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whoGivesTheInputFromElsewhereGoesOnAfterTheQuestion() {
        HostedAgents first = processes.one().with("asks", (request, context) -> AgentReply.inputRequired("which?"));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> processes.head(run.id()).state() == RunState.INPUT_REQUIRED);
        HostedAgents second = processes.one().with("asks", (request, context) -> {
            context.emit(new Event.Text("thanks"));
            return AgentReply.text("done");
        });

        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();
        there.input(Message.user("this"));
        there.reply().toCompletableFuture().join();
        run.reply().toCompletableFuture().join();

        List<RunEvent> events = events(run);
        assertThat(events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("time")
                .containsExactlyElementsOf(events(there));
        assertThat(events)
                .extracting(RunEvent::event)
                .containsExactly(
                        new Event.State(RunState.SUBMITTED),
                        new Event.State(RunState.WORKING),
                        new Event.Question(Message.agent("which?")),
                        new Event.State(RunState.INPUT_REQUIRED),
                        new Event.State(RunState.WORKING),
                        new Event.State(RunState.WORKING),
                        new Event.Text("thanks"),
                        new Event.State(RunState.COMPLETED));
        assertThat(events)
                .extracting(RunEvent::position)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 8).boxed().toList());
    }

    @Test
    void whoTakesOverGoesOnAfterTheLastStoredEventAndTheFirstAddsNone() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("talks", (request, context) -> {
            context.emit(new Event.Text("stored"));
            awaited(cut);
            context.emit(new Event.Text("not stored"));
            context.emit(new Event.Text("nor this"));
            awaited(end);
            return AgentReply.text("first");
        });
        Run run = first.client().submit(AgentRequest.to("talks").text("go").build());
        await().until(() -> stored(run.id()).size() == 3);
        processes.storage.cutOff(first);
        cut.countDown();
        HostedAgents second = processes.one().with("talks", (request, context) -> {
            context.emit(new Event.Text("second"));
            return AgentReply.text("second");
        });
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();
        there.reply().toCompletableFuture().join();
        processes.storage.reconnect(first);
        end.countDown();
        run.reply().toCompletableFuture().join();

        List<RunEvent> events = events(there);
        assertThat(events)
                .extracting(RunEvent::event)
                .containsExactly(
                        new Event.State(RunState.SUBMITTED),
                        new Event.State(RunState.WORKING),
                        new Event.Text("stored"),
                        new Event.State(RunState.WORKING),
                        new Event.Text("second"),
                        new Event.State(RunState.COMPLETED));
        assertThat(events).extracting(RunEvent::position).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(events(run))
                .as("in the first process")
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("time")
                .containsExactlyElementsOf(events);
    }

    @Test
    void aRunThatIsGivenBackTellsItOnceAndItsEventsGoOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = processes.one().with("works", (request, context) -> {
            context.emit(new Event.Text("a"));
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        first.dispatcher.close();
        assertThat(stored(run.id())).hasSize(4);
        HostedAgents second = processes.one().with("works", (request, context) -> AgentReply.text("done"));
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();
        there.reply().toCompletableFuture().join();

        assertThat(Processes.states(there))
                .containsExactly(
                        RunState.SUBMITTED, RunState.WORKING, RunState.SUBMITTED, RunState.WORKING, RunState.COMPLETED);
    }

    @Test
    void anAgentEmitsNothingOnceItsRunIsSuspended() {
        AtomicReference<AgentContext> kept = new AtomicReference<>();
        HostedAgents first = processes.one().with("asks", (request, context) -> {
            kept.set(context);
            return AgentReply.inputRequired("which?");
        });
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);

        assertThatThrownBy(() -> kept.get().emit(new Event.Text("late"))).isInstanceOf(ConflictException.class);
        assertThat(stored(run.id())).hasSize(4);
    }

    @Test
    void moreEventsThanACommitTakesAreStoredBeforeIt() {
        HostedAgents first = processes.one().with("talks", (request, context) -> {
            for (int i = 0; i < 600; i++) {
                context.emit(new Event.Text("piece " + i));
            }
            return AgentReply.inputRequired("more?");
        });
        Run run = first.client().submit(AgentRequest.to("talks").text("go").build());
        await().until(() -> processes.head(run.id()).state() == RunState.INPUT_REQUIRED);

        assertThat(stored(run.id())).hasSize(604);
    }

    @Test
    void aQuestionTooLargeForTheCommitIsLeftOutOfTheStoredEventsAndStillAsked() {
        String question = "?".repeat(300_000);
        HostedAgents first = processes
                .one(eventBytes(1 << 20))
                .with("asks", (request, context) -> AgentReply.inputRequired(question));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);

        assertThat(stored(run.id())).extracting(StoredEvent::position).containsExactly(1L, 2L, 4L);
        assertThat(events(run, 4)).extracting(RunEvent::event).contains(new Event.Question(Message.agent(question)));
        Run there = processes.one().dispatcher.run(ACME, run.id()).orElseThrow();
        assertThat(there.question()).hasValue(Message.agent(question));
        assertThat(there.events(3).next().event()).isEqualTo(new Event.State(RunState.INPUT_REQUIRED));
    }

    @Test
    void theStoreDoesNotGrowWithTheNumberOfActivations() {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(2));
        setup.limits = HostedAgents.limits(limits -> limits.events = 8);
        HostedAgents first = processes
                .one(setup)
                .with(
                        "ticks",
                        (request, context) -> context.activation() < 60
                                ? AgentReply.resumeAt(Instant.now(), "again")
                                : AgentReply.inputRequired("enough?"));
        Run run = first.client().submit(AgentRequest.to("ticks").text("go").build());
        await().atMost(Duration.ofSeconds(60)).until(() -> run.state() == RunState.INPUT_REQUIRED);

        List<StoredEvent> stored = stored(run.id());
        assertThat(stored).hasSizeBetween(8, 8 + 64 + 4);
        assertThat(stored.get(stored.size() - 1).position()).isEqualTo(1 + 59 * 2 + 3);
    }

    @Test
    void manyLargeEventsAreReadToTheEnd() {
        HostedAgents first = processes.one(eventBytes(8 << 20)).with("talks", (request, context) -> {
            for (int i = 0; i < 20; i++) {
                context.emit(new Event.Text("x".repeat(100_000)));
            }
            return AgentReply.inputRequired("more?");
        });
        Run run = first.client().submit(AgentRequest.to("talks").text("go").build());
        await().until(() -> processes.head(run.id()).state() == RunState.INPUT_REQUIRED);

        Run there = processes
                .one(eventBytes(250_000))
                .dispatcher
                .run(ACME, run.id())
                .orElseThrow();

        assertThat(events(there, 24).get(0).position()).isEqualTo(21);
    }

    private static HostedAgents.Setup eventBytes(long most) {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(2));
        setup.limits = HostedAgents.limits(limits -> limits.eventBytes = most);
        return setup;
    }

    private List<StoredEvent> stored(RunId run) {
        return processes.storage.runs().events(ACME, run, 0, 1_000, Long.MAX_VALUE);
    }

    private static List<RunEvent> events(Run run) {
        List<RunEvent> all = new ArrayList<>();
        try (EventStream events = run.events(0)) {
            events.forEachRemaining(all::add);
        }
        return all;
    }

    /** The events that are retained, up to a position. */
    private static List<RunEvent> events(Run run, long last) {
        List<RunEvent> all = new ArrayList<>();
        try (EventStream events = run.events(0)) {
            while (events.position() < last) {
                try {
                    all.add(events.next());
                } catch (ConflictException dropped) {
                    assertThat(all).isEmpty();
                }
            }
        }
        return all;
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
