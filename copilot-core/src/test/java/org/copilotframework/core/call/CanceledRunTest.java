package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that are canceled where they are not at work. */
class CanceledRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aSuspendedRunIsCanceledByTheStoreAlone() {
        HostedAgents first = processes.one().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        HostedAgents second = processes.one();

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
        HostedAgents first = processes.one().with("sleeps", (request, context) -> {
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

        assertThat(processes.one().dispatcher.run(ACME, run.id()).orElseThrow().cancel("from afar"))
                .isTrue();

        interrupted.await();
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join()).hasCauseInstanceOf(CanceledException.class);
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void aCancellationWhoseAnswerWasLostIsKnownAgain() {
        HostedAgents agents = processes.one().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        processes.storage.loseAnswer(agents, "cancel-", () -> {});

        assertThat(run.cancel("no need")).isTrue();

        assertThat(run.cancel("again")).isFalse();
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void aRunThatIsBeingSuspendedIsCanceledAllTheSame() {
        HostedAgents agents = processes.one();
        AtomicReference<Run> run = new AtomicReference<>();
        AtomicReference<Boolean> canceled = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        agents.with("asks", (request, context) -> {
            known.await();
            return AgentReply.inputRequired("?");
        });
        processes.storage.loseAnswer(agents, "", () -> canceled.set(run.get().cancel("just now")));
        run.set(agents.client().submit(AgentRequest.to("asks").text("go").build()));
        known.countDown();

        assertThatThrownBy(() -> run.get().reply().toCompletableFuture().join())
                .hasCauseInstanceOf(CanceledException.class)
                .hasMessageContaining("just now");
        await().until(() -> canceled.get() != null);
        assertThat(canceled).hasValue(true);
        assertThat(run.get().state()).isEqualTo(RunState.CANCELED);
        assertThat(processes.head(run.get().id()).state()).isEqualTo(RunState.CANCELED);
    }
}
