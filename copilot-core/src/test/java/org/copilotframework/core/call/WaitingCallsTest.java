package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.agent.WaitingRoom;
import org.junit.jupiter.api.Test;

/** Calls that wait for a permit, a thread or an exchange: a bounded number of them, and no longer than they may. */
class WaitingCallsTest extends WithAgents {
    @Test
    void aFullBulkheadKeepsABoundedNumberAndRefusesTheRest() {
        setup.limits = HostedAgents.limits(limits -> {
            limits.agentConcurrency = 1;
            limits.concurrency = 2;
            limits.queue = 1;
        });
        again();
        Run first = submit("held");
        Run second = submit("held");
        await().until(() -> agents.dispatcher.stats().waiting() == 1);

        assertThatThrownBy(() -> agents.client().invoke("held", "go"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.invoke.agent-concurrency")
                .hasMessageContaining("copilot.invoke.queue");
        assertThat(agents.client().invoke("echo", "another agent").text()).isEqualTo("another agent");
        assertThat(second.state()).isEqualTo(RunState.SUBMITTED);

        letGo.countDown();
        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("let go");
        assertThat(second.reply().toCompletableFuture().join().text()).isEqualTo("let go");
    }

    @Test
    void waitingCallsThatAreCancelledOrLateLeaveTheQueue() {
        setup.limits = HostedAgents.limits(limits -> {
            limits.concurrency = 1;
            limits.queue = 1;
        });
        again();
        Run first = submit("held");

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("echo")
                                .text("late")
                                .timeout(Duration.ofMillis(30))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(agents.dispatcher.stats().waiting()).isZero();
        Run cancelled = submit("echo");
        assertThat(agents.dispatcher.stats().waiting()).isOne();
        cancelled.cancel("changed my mind");
        assertThat(agents.dispatcher.stats().waiting()).isZero();
        Run third = submit("echo");

        letGo.countDown();
        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("let go");
        assertThat(third.reply().toCompletableFuture().join().text()).isEqualTo("go");
    }

    @Test
    void onTheCallersThreadACallWaitsForItsPermitUpToTheDeadline() {
        setup.limits = HostedAgents.limits(limits -> limits.concurrency = 1);
        again();
        submit("held");
        AgentRequest late = AgentRequest.to("echo")
                .text("late")
                .timeout(Duration.ofMillis(30))
                .build();
        assertThatThrownBy(() -> agents.client().onCallerThread().invoke(late))
                .isInstanceOf(DeadlineExceededException.class);

        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(
                () -> agents.client().onCallerThread().invoke("echo", "patient").text());
        await().until(() -> agents.dispatcher.stats().waiting() == 1);
        letGo.countDown();

        assertThat(waiting.join()).isEqualTo("patient");
    }

    @Test
    void callsWaitWhileAPluginIsExchangedAndGoOnWithItsSuccessor() {
        WaitingRoom room = new WaitingRoom(1);
        agents.exchange("echo", room);
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(
                () -> agents.client().invoke("echo", "hello").text());
        await().until(() -> agents.dispatcher.stats().waiting() == 1);

        assertThatThrownBy(() -> agents.client().invoke("echo", "one too many"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("exchanged");
        agents.with("echo", (request, context) -> AgentReply.text("successor"));
        room.open();

        assertThat(waiting.join()).isEqualTo("successor");
    }

    @Test
    void aCallThatGivesUpWhileAPluginIsExchangedIsGone() {
        WaitingRoom room = new WaitingRoom(10);
        agents.exchange("echo", room);

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("echo")
                                .text("late")
                                .timeout(Duration.ofMillis(30))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        agents.with("echo", (request, context) -> AgentReply.text("successor"));
        room.open();

        assertThat(agents.dispatcher.stats().inFlight()).isZero();
    }

    @Test
    void withoutAThreadAndAPlaceInItsQueueACallIsRefused() {
        setup.workers = new WorkerLimits(1, 1, 1, 1);
        setup.noVirtualThreads = true;
        again();
        submit("held");
        submit("held");

        assertThatThrownBy(() -> agents.client().invoke("echo", "hello"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.workers.queue");
        assertThatThrownBy(() ->
                        agents.client().submit(AgentRequest.to("echo").text("x").build()))
                .isInstanceOf(UnavailableException.class);
    }
}
