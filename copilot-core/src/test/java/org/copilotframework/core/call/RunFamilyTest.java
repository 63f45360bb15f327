package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that an agent submits, and a tenant's runs as a whole. */
class RunFamilyTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final AtomicReference<Run> child = new AtomicReference<>();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Test
    void closingHandsARunThatAnAgentSubmittedBackToo() throws Exception {
        HostedAgents first = family();
        Run run = first.client().submit(AgentRequest.to("parent").text("go").build());
        inside.await();

        first.dispatcher.close();

        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.SUBMITTED);
        assertThat(processes.head(child.get().id()).state()).isEqualTo(RunState.SUBMITTED);
        HostedAgents second = processes
                .one()
                .with("parent", (request, context) -> AgentReply.text("parent"))
                .with("child", (request, context) -> AgentReply.text("child"));
        Run there = second.dispatcher.run(Processes.ACME, child.get().id()).orElseThrow();
        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("child");
        await().until(() -> processes.head(run.id()).state() == RunState.COMPLETED);
    }

    @Test
    void aParentHasEndedBeforeItsChildIsEndedByTheClosing() throws Exception {
        int families = 16;
        CountDownLatch atWork = new CountDownLatch(families);
        CountDownLatch told = new CountDownLatch(families);
        AtomicInteger tooEarly = new AtomicInteger();
        HostedAgents agents = processes
                .one()
                .with("child", (request, context) -> {
                    atWork.countDown();
                    Thread.sleep(60_000);
                    return AgentReply.text("never");
                })
                .with("parent", (request, context) -> {
                    try {
                        return context.agents().invoke("child", "go");
                    } catch (CopilotException ended) {
                        tooEarly.addAndGet(context.cancelled() ? 0 : 1);
                        throw ended;
                    } finally {
                        told.countDown();
                    }
                });
        for (int family = 0; family < families; family++) {
            agents.client().submit(AgentRequest.to("parent").text("go").build());
        }
        atWork.await();

        agents.dispatcher.close();

        told.await();
        assertThat(tooEarly).hasValue(0);
    }

    @Test
    void aRunThatAnAgentSubmittedGoesOnWhenThatAgentsPluginGoes() throws Exception {
        HostedAgents agents = family();
        Run run = agents.client().submit(AgentRequest.to("parent").text("go").build());
        inside.await();
        var old = agents.hosted("parent");
        agents.with("parent", (request, context) -> AgentReply.text("by the new one"));

        old.leases().revokeAll("a new version is here");
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("by the new one");

        assertThat(child.get().state()).isEqualTo(RunState.WORKING);
        letGo.countDown();
        assertThat(child.get().reply().toCompletableFuture().join().text()).isEqualTo("child");
    }

    @Test
    void whoCancelsARunCancelsWhatItSubmittedAndIsAtWork() throws Exception {
        HostedAgents agents = family();
        Run run = agents.client().submit(AgentRequest.to("parent").text("go").build());
        inside.await();

        run.cancel("all of it");

        assertThatThrownBy(() -> child.get().reply().toCompletableFuture().join())
                .hasCauseInstanceOf(CanceledException.class);
        assertThat(processes.head(child.get().id()).state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void anErasedTenantsRunsEndAndAreShownNoMore() throws Exception {
        HostedAgents agents = family().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run atWork = agents.client().submit(AgentRequest.to("parent").text("go").build());
        Run waits = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> waits.state() == RunState.INPUT_REQUIRED);
        inside.await();

        agents.dispatcher.end(Processes.ACME);
        agents.storage.erase(Processes.ACME);
        agents.dispatcher.forget(Processes.ACME);

        for (Run run : new Run[] {atWork, waits, child.get()}) {
            await().until(() -> agents.dispatcher.run(Processes.ACME, run.id()).isEmpty());
            assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                    .hasCauseInstanceOf(run.equals(waits) ? NotFoundException.class : CanceledException.class);
            assertThat(run.state().terminal()).isTrue();
        }
        assertThat(processes.storage.runs().list(Processes.ACME, null, null, 10))
                .isEmpty();
    }

    /** A parent that submits a child, which waits to be let go. */
    private HostedAgents family() {
        return processes
                .one()
                .with("child", (request, context) -> {
                    inside.countDown();
                    letGo.await();
                    return AgentReply.text("child");
                })
                .with("parent", (request, context) -> {
                    child.set(context.agents()
                            .submit(AgentRequest.to("child").text("go").build()));
                    Thread.sleep(60_000);
                    return AgentReply.text("never");
                });
    }
}
