package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Suspended runs whose plugin is there in another major version when they go on. */
class PinnedRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Test
    void aRunGoesOnWithTheMajorVersionThatSuspendedItWhileThatVersionLives() throws Exception {
        HostedAgents agents = processes.one();
        HostedAgent old = agents.hosted("asks", "1.4.0", Execution.BLOCKING, agent("one"));
        Run run = suspended(agents);
        Run keepsItAlive =
                agents.client().submit(AgentRequest.to("asks").text("stay").build());
        busy.await();
        agents.hosted("asks", "2.0.0", Execution.BLOCKING, agent("two"));
        old.leases().close();

        run.input(Message.user("yes"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("one got yes");
        free.countDown();
        keepsItAlive.reply().toCompletableFuture().join();
        old.leases().drained().join();
    }

    @Test
    void onceThatVersionIsGoneItsCallerIsToldWhichOneToInstall() {
        HostedAgents agents = processes.one();
        HostedAgent old = agents.hosted("asks", "1.4.0", Execution.BLOCKING, agent("one"));
        Run run = suspended(agents);
        agents.hosted("asks", "2.0.0", Execution.BLOCKING, agent("two"));
        old.leases().close();

        assertThatThrownBy(() -> run.input(Message.user("yes")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("install a version 1.x");
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.INPUT_REQUIRED);

        agents.hosted("asks", "1.5.0", Execution.BLOCKING, agent("one and a half"));
        run.input(Message.user("yes"));
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("one and a half got yes");
    }

    @Test
    void aVersionThatIsToldToLeaveTakesNoFurtherRun() throws Exception {
        HostedAgents agents = processes.one();
        HostedAgent old = agents.hosted("asks", "1.4.0", Execution.BLOCKING, agent("one"));
        Run run = suspended(agents);
        agents.directory.publish(Map.of());
        old.leases().close();
        agents.hosted("asks", "2.0.0", Execution.BLOCKING, agent("two"));
        old.leases().revokeAll("it has drained for long enough");

        assertThatThrownBy(() -> run.input(Message.user("yes"))).isInstanceOf(ConflictException.class);
    }

    @Test
    void aRunThatGoesOnByItselfWaitsForItsVersionAndSaysSo() {
        HostedAgents agents = processes.one();
        agents.hosted("asks", "1.4.0", Execution.BLOCKING, (Agent)
                (request, context) -> AgentReply.resumeAt(Instant.now().plusMillis(500), "later"));
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> processes.head(run.id()).state() == RunState.SUBMITTED);
        HostedAgent old = agents.hosted("asks");
        agents.hosted("asks", "2.0.0", Execution.BLOCKING, agent("two"));
        old.leases().close();

        await().until(() -> detail(run).waits() != null);
        assertThat(detail(run).words()).contains("install a version 1.x");
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.SUBMITTED);
        assertThat(processes.head(run.id()).due()).isAfter(Instant.now().plusSeconds(30));
    }

    @Test
    void aRunThatHasWaitedForItsVersionAsLongAsForAnInputFails() {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(2));
        RunLimits usual = setup.runLimits;
        setup.runLimits = new RunLimits(
                usual.lease(),
                usual.pollInterval(),
                Duration.ofMillis(50),
                usual.agentTimeout(),
                usual.keep(),
                5,
                256,
                0,
                null);
        HostedAgents agents = processes.one(setup);
        agents.hosted("asks", "1.4.0", Execution.BLOCKING, (Agent)
                (request, context) -> AgentReply.resumeAt(Instant.now().plusMillis(500), "later"));
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> processes.head(run.id()).state() == RunState.SUBMITTED);
        HostedAgent old = agents.hosted("asks");
        agents.hosted("asks", "2.0.0", Execution.BLOCKING, agent("two"));
        old.leases().close();

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(ConflictException.class)
                .hasMessageContaining("install a version 1.x")
                .hasMessageContaining("copilot.runs.input-timeout");
    }

    private Agent agent(String name) {
        return (request, context) -> {
            if (request.text().equals("stay")) {
                busy.countDown();
                free.await();
            }
            return context.activation() == 1 && !request.text().equals("stay")
                    ? AgentReply.inputRequired("?")
                    : AgentReply.text(name + " got " + request.text());
        };
    }

    private Run suspended(HostedAgents agents) {
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED && agents.dispatcher.held() == 0);
        return run;
    }

    private RunDetail detail(Run run) {
        return RunDetail.read(
                processes.storage.runs().find(ACME, run.id()).orElseThrow().detail());
    }
}
