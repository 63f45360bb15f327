package org.copilotframework.core.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a process sees of a run that was never at work in it. */
class RunSeenFromAfarTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void anEndedRunIsFoundInTheStoreByAProcessThatNeverSawIt() {
        HostedAgents first = processes
                .one()
                .with("echo", (request, context) -> AgentReply.text(request.text()))
                .with("fails", (request, context) -> {
                    throw new IllegalStateException("broken");
                });
        Run good = first.client().submit(AgentRequest.to("echo").text("hello").build());
        Run bad = first.client().submit(AgentRequest.to("fails").text("go").build());
        good.reply().toCompletableFuture().join();
        await().until(() -> processes.head(bad.id()).state() == RunState.FAILED);
        HostedAgents second = processes.one();

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
        HostedAgents first = processes.one().with("talks", (request, context) -> {
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
        HostedAgents second = processes.one();
        await().until(() ->
                !processes.storage.runs().events(ACME, run.id(), 5, 1, 1_000).isEmpty());
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

    @Test
    void whoeverLooksForARunGetsTheOneObjectThatStandsForIt() throws Exception {
        HostedAgents first = processes.one().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> processes.head(run.id()).state() == RunState.INPUT_REQUIRED);
        HostedAgents second = processes.one();
        Set<Run> found = ConcurrentHashMap.newKeySet();
        CyclicBarrier together = new CyclicBarrier(8);
        List<Thread> lookers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lookers.add(new Thread(() -> {
                try {
                    together.await();
                } catch (InterruptedException | BrokenBarrierException impossible) {
                    throw new AssertionError(impossible);
                }
                found.add(second.dispatcher.run(ACME, run.id()).orElseThrow());
            }));
        }
        lookers.forEach(Thread::start);
        for (Thread looker : lookers) {
            looker.join();
        }

        assertThat(found).hasSize(1);
    }

    @Test
    void whatANewerVersionHasAddedIsPassedOnOrLeftOut() {
        HostedAgents first = processes.one();
        RunId id = new RunId("newer");
        String asked = """
                {"said": {"role": "agent", "tone": "kind", "parts": [{"text": "?", "language": "en"}]}, "mood": 1}""";
        processes
                .storage
                .connection()
                .commit(Commit.in(ACME)
                        .start(new RunStart(
                                id,
                                "submit",
                                "asks",
                                null,
                                RunState.INPUT_REQUIRED,
                                2,
                                Payload.of(new byte[0]),
                                Payload.of(asked.getBytes(UTF_8)),
                                null,
                                Due.never(),
                                null))
                        .build());
        String event = """
                {"time": "2030-01-01T00:00:00Z", "sparkle": {"colour": "red"}}""";
        processes
                .storage
                .runs()
                .retain(new RunLease(ACME, id, 1), List.of(new StoredEvent(1, Payload.of(event.getBytes(UTF_8)))), 0);

        Run run = first.dispatcher.run(ACME, id).orElseThrow();

        assertThat(run.question()).hasValue(Message.agent("?"));
        try (EventStream events = run.events(0)) {
            assertThat(events.next().event())
                    .isEqualTo(new Event.Custom("sparkle", Data.of(Map.of("sparkle", Map.of("colour", "red")))));
        }
    }

    /** One of them comes before most of the others, whatever order they are looked at in. */
    @Test
    void aRunThatCannotBeReadKeepsNoOtherFromBeingLearnedOf() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        processes.one().with("works", (request, context) -> {
            done.await();
            return AgentReply.text("done");
        });
        HostedAgents second = processes.one();
        List<Run> good = new ArrayList<>();
        List<Run> all = new ArrayList<>();
        for (String name : List.of("good-1", "bad-1", "good-2", "good-3", "bad-2", "good-4")) {
            RunId id = processes.submitted(name, "works");
            Run run = second.dispatcher.run(ACME, id).orElseThrow();
            all.add(run);
            if (name.startsWith("good")) {
                good.add(run);
            }
        }
        processes.storage.unreadable(run -> run.value().startsWith("bad"));
        done.countDown();

        for (Run run : good) {
            assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done");
        }
        processes.storage.unreadable(run -> false);
        for (Run run : all) {
            assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done");
        }
    }
}
