package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.agent.HostedAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that a worker gives back, because it closes or the plugin goes. */
class HandedBackRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aRunWhosePluginGoesIsDoneByTheVersionThatComes() throws Exception {
        HostedAgents agents = processes.one();
        Run run = atWork(agents);
        HostedAgent old = agents.hosted("works");
        agents.with("works", (request, context) -> AgentReply.text("by the new one"));

        old.leases().revokeAll("a new version is here");

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("by the new one");
    }

    @Test
    void anOrchestratorThatClosesHandsItsRunsBackAndTheNextOneFinishesThem() throws Exception {
        HostedAgents first = processes.one();
        Run run = atWork(first);
        first.dispatcher.close();

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(UnavailableException.class);
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.SUBMITTED);
        HostedAgents second = processes.one().with("works", (request, context) -> AgentReply.text("done"));
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
    void aRunThatWasHandedBackEndsWhereItFails() throws Exception {
        HostedAgents first = processes.one();
        Run run = atWork(first);
        first.dispatcher.close();
        AtomicInteger entered = new AtomicInteger();
        HostedAgents second = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            entered.incrementAndGet();
            throw new IllegalStateException("broken");
        });

        await().until(() -> processes.head(run.id()).state() == RunState.FAILED);
        assertThat(entered).hasValue(1);
        await().until(() -> second.dispatcher.stats().inFlight() == 0);
    }

    /** A run that has begun, and is at work for longer than the test. */
    private static Run atWork(HostedAgents agents) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        agents.with("works", (request, context) -> {
            begun.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = agents.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        return run;
    }
}
