package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.run.RunDetail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubmittedRunTest {
    private static final TenantId ACME = new TenantId("acme");

    private final HostedAgents agents;

    SubmittedRunTest() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.limits = HostedAgents.limits(limits -> {
            limits.runsKept = 3;
            limits.messageBytes = 1_000;
            limits.cancelGrace = Duration.ofMillis(50);
        });
        agents = new HostedAgents(setup).with("echo", (request, context) -> AgentReply.text(request.text()));
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> agents.dispatcher.held() == 0);
        agents.close();
    }

    @Test
    void itsEventsTellItsStatesAndWhatTheAgentSays() {
        agents.with("talks", (request, context) -> {
            context.progress("half", 0.5);
            context.emit(new Event.Text("hel"));
            context.emit(new Event.Text("lo"));
            context.emit(new Event.Custom("mood", Data.of("good")));
            return AgentReply.text("hello");
        });
        Run run = agents.client().submit(AgentRequest.to("talks").text("go").build());

        List<Event> events = new ArrayList<>();
        try (EventStream stream = run.events(0)) {
            stream.forEachRemaining(event -> events.add(event.event()));
            assertThat(stream.position()).isEqualTo(7);
        }
        assertThat(events)
                .containsExactly(
                        new Event.State(RunState.SUBMITTED),
                        new Event.State(RunState.WORKING),
                        new Event.Progress("half", 0.5),
                        new Event.Text("hel"),
                        new Event.Text("lo"),
                        new Event.Custom("mood", Data.of("good")),
                        new Event.State(RunState.COMPLETED));
        try (EventStream late = run.events(5)) {
            assertThat(late.next().position()).isEqualTo(6);
        }
    }

    @Test
    void statesAndTooLargeEventsAreNotTheAgentsToEmit() {
        agents.with("wrong", (request, context) -> {
            assertThatThrownBy(() -> context.emit(new Event.State(RunState.COMPLETED)))
                    .isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> context.emit(new Event.Text("x".repeat(1_001))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.invoke.message-bytes");
            return AgentReply.text("refused twice");
        });

        assertThat(agents.client().invoke("wrong", "go").text()).isEqualTo("refused twice");
    }

    @Test
    void itsDeadlineEndsIt() {
        agents.with("sleeper", (request, context) -> {
            Endless.work();
            return AgentReply.text("never");
        });
        Run run = agents.client()
                .submit(AgentRequest.to("sleeper")
                        .text("go")
                        .timeout(Duration.ofMillis(50))
                        .build());

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        await().until(() ->
                agents.storage.runs().find(ACME, run.id()).orElseThrow().head().state() == RunState.FAILED);
    }

    @Test
    void howeverShortItsTimeIsItIsAcceptedAndItsAgentEntered() {
        AtomicInteger entered = new AtomicInteger();
        agents.with("hasty", (request, context) -> {
            entered.incrementAndGet();
            Endless.work();
            return AgentReply.text("never");
        });
        AgentRequest hasty =
                AgentRequest.to("hasty").text("go").timeout(Duration.ofNanos(1)).build();

        for (int i = 1; i <= 100; i++) {
            int times = i;
            Run run = agents.client().submit(hasty);

            assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                    .hasCauseInstanceOf(DeadlineExceededException.class);
            await().until(() -> entered.get() == times);
        }
    }

    @Test
    void itsFailureIsToldAndWritten() {
        agents.with("fails", (request, context) -> {
            throw new IllegalStateException("broken");
        });
        Run run = agents.client().submit(AgentRequest.to("fails").text("go").build());

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("broken");
        await().until(() ->
                agents.storage.runs().find(ACME, run.id()).orElseThrow().head().state() == RunState.FAILED);
        assertThat(RunDetail.read(agents.storage
                                .runs()
                                .find(ACME, run.id())
                                .orElseThrow()
                                .detail())
                        .words())
                .contains("broken");
    }

    @Test
    void emittingAfterTheEndIsRefused() throws Exception {
        AtomicReference<AgentContext> kept = new AtomicReference<>();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        agents.with("goes-on", (request, context) -> {
            kept.set(context);
            inside.countDown();
            while (true) {
                try {
                    context.emit(new Event.Text("more"));
                } catch (ConflictException over) {
                    refused.countDown();
                    return AgentReply.text("late");
                }
            }
        });
        Run run = agents.client().submit(AgentRequest.to("goes-on").text("go").build());
        inside.await();
        run.cancel("enough");
        refused.await();

        RunEvent last = null;
        try (EventStream stream = run.events(0)) {
            while (stream.hasNext()) {
                try {
                    last = stream.next();
                } catch (ConflictException fellBehind) {
                    assertThat(fellBehind).hasMessageContaining("position 0");
                }
            }
        }
        assertThat(last).isNotNull();
        assertThat(last.event()).isEqualTo(new Event.State(RunState.CANCELED));
        assertThatThrownBy(() -> kept.get().emit(new Event.Text("x"))).isInstanceOf(ConflictException.class);
    }

    @Test
    void anEndedRunIsFoundInTheStoreOnceEnoughLaterOnesHaveEnded() {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Run run = agents.client().submit(AgentRequest.to("echo").text("go").build());
            run.reply().toCompletableFuture().join();
            runs.add(run);
        }

        Run stored = agents.dispatcher.run(ACME, runs.get(0).id()).orElseThrow();
        assertThat(stored).isNotSameAs(runs.get(0));
        assertThat(stored.reply().toCompletableFuture().join().text()).isEqualTo("go");
        assertThat(agents.dispatcher.run(ACME, runs.get(2).id()))
                .hasValueSatisfying(run -> assertThat(run).isSameAs(runs.get(2)));
        assertThat(agents.dispatcher.run(ACME, runs.get(4).id()))
                .hasValueSatisfying(run -> assertThat(run).isSameAs(runs.get(4)));
    }

    @Test
    void runIdsSortByTimeAndDiffer() {
        List<String> ids = new ArrayList<>();
        for (long millis = 1_000; millis < 1_100; millis++) {
            ids.add(RunIds.next(millis).value());
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(id -> id.length() == 24);
        assertThat(RunIds.next(5)).isNotEqualTo(RunIds.next(5));
    }
}
