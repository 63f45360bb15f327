package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Agents that call agents meet the limits, though each of their runs was suspended or taken up by another process between. */
class LineageTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final HostedAgents.Setup setup = new HostedAgents.Setup();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();

    private AgentReply submit(AgentContext context, String agent) {
        try {
            context.agents().submit(AgentRequest.to(agent).text("go").build());
        } catch (QuotaExceededException refused) {
            refusals.add(refused.getMessage());
        }
        return AgentReply.text("submitted");
    }

    @Test
    void anAgentThatSubmitsItselfAfterEachSuspensionMeetsTheDepth() {
        setup.limits = HostedAgents.limits(limits -> limits.maxDepth = 3);
        HostedAgents agents = processes.one(setup);
        agents.with("again", (request, context) -> {
            if (context.activation() == 1) {
                begun.incrementAndGet();
                return AgentReply.resumeAt(Instant.now(), "in a moment");
            }
            return submit(context, "again");
        });

        agents.client().submit(AgentRequest.to("again").text("go").build());

        await().until(() -> !refusals.isEmpty());
        assertThat(refusals).singleElement().asString().contains("copilot.invoke.max-depth");
        assertThat(begun).hasValue(4);
    }

    @Test
    void aRunThatIsSuspendedAgainAndAgainHasOneBudgetOfCalls() {
        setup.limits = HostedAgents.limits(limits -> limits.callsPerRun = 3);
        HostedAgents agents = processes.one(setup);
        agents.with("leaf", (request, context) -> AgentReply.text("leaf"));
        agents.with("again", (request, context) -> {
            begun.incrementAndGet();
            submit(context, "leaf");
            return refusals.isEmpty() ? AgentReply.resumeAt(Instant.now(), "in a moment") : AgentReply.text("enough");
        });

        Run run = agents.client().submit(AgentRequest.to("again").text("go").build());

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("enough");
        assertThat(refusals).singleElement().asString().contains("copilot.invoke.calls-per-run");
        assertThat(begun).hasValue(4);
    }

    @Test
    void whatItHasCausedIsKnownInTheNextProcessToo() {
        setup.limits = HostedAgents.limits(limits -> {
            limits.callsPerRun = 3;
            limits.maxDepth = 1;
        });
        HostedAgents first = calls(processes.one(setup));
        Run run = first.client().submit(AgentRequest.to("parent").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        first.dispatcher.close();

        HostedAgents second = calls(processes.one(setup));
        Run there = second.dispatcher.run(Processes.ACME, run.id()).orElseThrow();
        there.input(Message.user("go on"));

        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("leaf");
        assertThat(refusals).singleElement().asString().contains("copilot.invoke.calls-per-run");
    }

    private HostedAgents calls(HostedAgents agents) {
        agents.with("leaf", (request, context) -> AgentReply.text("leaf"));
        return agents.with("parent", (request, context) -> {
            String said = "";
            for (int i = 0; i < 2; i++) {
                try {
                    said = context.agents().invoke("leaf", "go").text();
                } catch (QuotaExceededException refused) {
                    refusals.add(refused.getMessage());
                }
            }
            return context.activation() == 1 ? AgentReply.inputRequired("?") : AgentReply.text(said);
        });
    }

    @Test
    void aRunThatWasInvokedAndSuspendedKeepsItsPlaceInTheChain() {
        setup.limits = HostedAgents.limits(limits -> limits.maxDepth = 1);
        HostedAgents agents = processes.one(setup);
        agents.with("leaf", (request, context) -> AgentReply.text("leaf"));
        agents.with(
                "child",
                (request, context) ->
                        context.activation() == 1 ? AgentReply.inputRequired("?") : submit(context, "leaf"));
        agents.with("parent", (request, context) -> {
            AgentReply asked = context.agents().invoke("child", "go");
            return AgentReply.text(asked.run().orElseThrow().value());
        });
        String child = agents.client().invoke("parent", "go").text();

        Run run = agents.dispatcher
                .run(Processes.ACME, new org.copilotframework.api.run.RunId(child))
                .orElseThrow();
        run.input(Message.user("go on"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("submitted");
        assertThat(refusals).singleElement().asString().contains("copilot.invoke.max-depth");
    }
}
