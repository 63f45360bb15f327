package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.agent.HostedAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ended is told once the store has it, and is not begun anew where it ended. */
class EndedRunTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Test
    void aFailureIsToldOnceItIsStoredAndTheRunIsNotTakenUpAgain() throws Exception {
        HostedAgents agents = processes.one(Duration.ofSeconds(1)).with("fails", (request, context) -> {
            begun.incrementAndGet();
            inside.countDown();
            letGo.await();
            throw new IllegalStateException("broken");
        });
        Run run = agents.client().submit(AgentRequest.to("fails").text("go").build());
        inside.await();
        processes.storage.cutOff(agents);
        letGo.countDown();
        await().until(() -> agents.dispatcher.stats().inFlight() == 0);
        await().until(() -> Instant.now().isAfter(processes.head(run.id()).due()));
        assertThat(run.state().terminal()).isFalse();

        processes.storage.reconnect(agents);

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("broken");
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.FAILED);
        assertThat(begun).hasValue(1);
    }

    @Test
    void aCancellationIsAcknowledgedOnceItIsStored() throws Exception {
        HostedAgents agents = processes.one().with("held", (request, context) -> {
            inside.countDown();
            letGo.await();
            return AgentReply.text("never");
        });
        Run run = agents.client().submit(AgentRequest.to("held").text("go").build());
        inside.await();
        processes.storage.cutOff(agents);

        CompletableFuture<Boolean> canceled = CompletableFuture.supplyAsync(() -> run.cancel("enough"));
        await().until(() -> agents.dispatcher.stats().inFlight() == 0);
        assertThat(canceled).isNotDone();
        assertThat(run.state()).isEqualTo(RunState.WORKING);
        processes.storage.reconnect(agents);

        assertThat(canceled.join()).isTrue();
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.CANCELED);
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(CanceledException.class)
                .hasMessageContaining("enough");
    }

    @Test
    void anEndThatIsNotStoredYetHoldsNothingOfItsAgent() throws Exception {
        HostedAgents agents = processes.one().with("fails", (request, context) -> {
            inside.countDown();
            letGo.await();
            throw new IllegalStateException("broken");
        });
        WeakReference<HostedAgent> old = new WeakReference<>(agents.hosted("fails"));
        Run run = agents.client().submit(AgentRequest.to("fails").text("go").build());
        inside.await();
        processes.storage.cutOff(agents);
        letGo.countDown();
        await().until(() -> agents.dispatcher.stats().inFlight() == 0);

        agents.with("fails", (request, context) -> AgentReply.text("never"));

        await().until(() -> {
            System.gc();
            return old.get() == null;
        });
        assertThat(run.state().terminal()).isFalse();
        processes.storage.reconnect(agents);
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join()).hasMessageContaining("broken");
    }

    @Test
    void aRunThatEndedHereButWasTakenOverBeforeThatWasStoredGoesOnThere() throws Exception {
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            inside.countDown();
            letGo.await();
            throw new IllegalStateException("broken");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        inside.await();
        processes.storage.cutOff(first);
        letGo.countDown();
        await().until(() -> first.dispatcher.stats().inFlight() == 0);
        HostedAgents second = processes.one().with("works", (request, context) -> AgentReply.text("second"));
        await().until(() -> processes.head(run.id()).state() == RunState.COMPLETED);

        processes.storage.reconnect(first);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
        await().until(() -> second.dispatcher.stats().inFlight() == 0);
    }
}
