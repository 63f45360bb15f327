package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
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
}
