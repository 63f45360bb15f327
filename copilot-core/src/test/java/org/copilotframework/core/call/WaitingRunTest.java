package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionPolicy;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.core.run.RunDetail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that are accepted and whose agent has not begun: they wait, are handed back or end, each for its reason. */
class WaitingRunTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(30));
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Test
    void aRunThatIsRefusedForGoodWhenItIsResumedEnds() {
        AtomicBoolean allowed = new AtomicBoolean(true);
        setup.authorizer = (caller, agent) -> allowed.get();
        HostedAgents agents = processes.one(setup).with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = suspended(agents, AgentRequest.to("asks").text("go").build());

        allowed.set(false);
        run.input(Message.user("yes"));

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join()).hasCauseInstanceOf(ForbiddenException.class);
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.FAILED);
    }

    @Test
    void aRunThatFindsNoRoomRestsLongerEachTimeAndLosesNoAttempt() {
        AtomicInteger refusals = new AtomicInteger(-1);
        setup.interceptors.add(invocation -> {
            if (refusals.getAndDecrement() > 0) {
                throw new UnavailableException("not now", Duration.ZERO);
            }
            return null;
        });
        HostedAgents agents = processes
                .one(setup)
                .with(
                        "asks",
                        (request, context) -> context.activation() == 1
                                ? AgentReply.inputRequired("?")
                                : AgentReply.text("got " + request.text()));
        Run run = suspended(agents, AgentRequest.to("asks").text("go").build());
        refusals.set(2);

        run.input(Message.user("yes"));

        await().until(() -> detail(run).effort().turnedAway() == 1);
        assertThat(rest(run)).isBetween(Duration.ofMillis(900), Duration.ofMillis(1_100));
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.SUBMITTED);
        await().until(() -> detail(run).effort().turnedAway() == 2);
        assertThat(rest(run)).isBetween(Duration.ofMillis(1_900), Duration.ofMillis(2_100));
        assertThat(detail(run).effort().begun()).isZero();
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("got yes");
    }

    @Test
    void aResumedRunWaitsForItsSessionWhateverItsPolicyWas() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        HostedAgents agents = processes
                .one(setup)
                .with(
                        "asks",
                        (request, context) -> context.activation() == 1
                                ? AgentReply.inputRequired("?")
                                : AgentReply.text("got " + request.text()))
                .with("held", (request, context) -> {
                    inside.countDown();
                    letGo.await();
                    return AgentReply.text("let go");
                });
        Run rejecting = suspended(agents, inSession("asks", SessionPolicy.REJECT));
        Run interrupting = suspended(agents, inSession("asks", SessionPolicy.INTERRUPT));
        Run held = agents.client().submit(inSession("held", SessionPolicy.ENQUEUE));
        inside.await();

        rejecting.input(Message.user("r"));
        interrupting.input(Message.user("i"));

        await().until(() -> agents.dispatcher.stats().waiting() == 2);
        letGo.countDown();
        assertThat(held.reply().toCompletableFuture().join().text()).isEqualTo("let go");
        assertThat(rejecting.reply().toCompletableFuture().join().text()).isEqualTo("got r");
        assertThat(interrupting.reply().toCompletableFuture().join().text()).isEqualTo("got i");
    }

    @Test
    void theTimeOfARunBeginsWhenItsAgentDoes() {
        setup.limits = HostedAgents.limits(limits -> limits.agentConcurrency = 1);
        HostedAgents agents = processes.one(setup).with("held", (request, context) -> {
            letGo.await();
            return AgentReply.text("in time: " + request.text());
        });
        Run first = agents.client().submit(AgentRequest.to("held").text("1").build());
        AgentRequest hasty = AgentRequest.to("held")
                .text("2")
                .timeout(Duration.ofMillis(500))
                .build();
        Run second = agents.client().submit(hasty);

        assertThatThrownBy(() -> agents.client().invoke(hasty)).isInstanceOf(DeadlineExceededException.class);
        letGo.countDown();

        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("in time: 1");
        assertThat(second.reply().toCompletableFuture().join().text()).isEqualTo("in time: 2");
    }

    @Test
    void anAcknowledgedRunThatNeverReachedItsAgentIsHandedBack() throws Exception {
        setup.limits = HostedAgents.limits(limits -> limits.agentConcurrency = 1);
        setup.runLimits = HostedAgents.runLimits(Duration.ofSeconds(2));
        CountDownLatch inside = new CountDownLatch(1);
        HostedAgents agents = processes.one(setup).with("held", (request, context) -> {
            inside.countDown();
            letGo.await();
            return AgentReply.text("did " + request.text());
        });
        Run first = agents.client().submit(AgentRequest.to("held").text("1").build());
        inside.await();
        Run second = agents.client()
                .submit(AgentRequest.to("held").text("2").session("s").build());
        await().until(() -> agents.dispatcher.stats().waiting() == 1);

        processes.storage.cutOff(agents);
        letGo.countDown();
        await().until(() -> agents.dispatcher.stats().inFlight() == 0);
        assertThat(second.state()).isEqualTo(RunState.SUBMITTED);
        processes.storage.reconnect(agents);

        assertThat(second.reply().toCompletableFuture().join().text()).isEqualTo("did 2");
        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("did 1");
    }

    @Test
    void aSubmissionThatIsRefusedAtOnceIsNotDoneLater() throws Exception {
        setup.limits = HostedAgents.limits(limits -> {
            limits.agentConcurrency = 1;
            limits.queue = 0;
        });
        HostedAgents agents = processes.one(setup).with("held", (request, context) -> {
            letGo.await();
            return AgentReply.text("let go");
        });
        Run first = agents.client().submit(AgentRequest.to("held").text("1").build());

        assertThatThrownBy(() ->
                        agents.client().submit(AgentRequest.to("held").text("2").build()))
                .isInstanceOf(UnavailableException.class);

        await().until(() -> processes
                        .storage
                        .runs()
                        .list(Processes.ACME, RunState.REJECTED, null, 10)
                        .size()
                == 1);
        letGo.countDown();
        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("let go");
    }

    @Test
    void aSubmissionByACanceledRunIsRefused() throws Exception {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        CountDownLatch inside = new CountDownLatch(1);
        HostedAgents agents = processes
                .one(setup)
                .with("child", (request, context) -> AgentReply.text("never"))
                .with("parent", (request, context) -> {
                    inside.countDown();
                    try {
                        letGo.await();
                    } catch (InterruptedException canceled) {
                        try {
                            context.agents()
                                    .submit(AgentRequest.to("child").text("go").build());
                        } catch (CanceledException refused) {
                            refusal.set(refused);
                        }
                    }
                    return AgentReply.text("late");
                });
        Run run = agents.client().submit(AgentRequest.to("parent").text("go").build());
        inside.await();

        run.cancel("enough");

        await().until(() -> refusal.get() != null);
        assertThat(processes.storage.runs().list(Processes.ACME, null, null, 10))
                .hasSize(1);
    }

    @Test
    void aSubmissionThatTheStoreDoesNotConfirmNamesTheRunToLookFor() {
        HostedAgents agents = processes.one(setup).with("echo", (request, context) -> AgentReply.text("never"));
        processes.storage.cutOff(agents);

        assertThatThrownBy(() -> agents.client()
                        .submit(AgentRequest.to("echo").text("go").build()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("whether it was accepted is not known")
                .hasMessageMatching("(?s).*copilot runs show [0-9a-z]{24}'.*");
    }

    private static Run suspended(HostedAgents agents, AgentRequest request) {
        Run run = agents.client().submit(request);
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        return run;
    }

    private static AgentRequest inSession(String agent, SessionPolicy policy) {
        return AgentRequest.to(agent)
                .text("go")
                .session("s")
                .sessionPolicy(policy)
                .build();
    }

    private RunDetail detail(Run run) {
        return RunDetail.read(processes
                .storage
                .runs()
                .find(Processes.ACME, run.id())
                .orElseThrow()
                .detail());
    }

    private Duration rest(Run run) {
        RunHead head = processes.head(run.id());
        return Duration.between(head.changed(), head.due());
    }
}
