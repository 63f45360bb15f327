package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.agent.WaitingRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChildCallTest {
    private final HostedAgents.Setup setup = new HostedAgents.Setup();
    private HostedAgents agents = new HostedAgents(setup);

    @AfterEach
    void nothingIsLeft() {
        await().until(() ->
                agents.dispatcher.held() == 0 && agents.dispatcher.stats().inFlight() == 0);
        agents.close();
    }

    @Test
    void aChildHasItsParentsCallerAndNoMoreTime() {
        AtomicReference<Duration> left = new AtomicReference<>();
        agents.with("child", (request, context) -> {
            left.set(context.remaining());
            return AgentReply.text(context.caller().principal().subject());
        });
        agents.with(
                "parent",
                (request, context) -> context.agents()
                        .invoke(AgentRequest.to("child")
                                .text("who?")
                                .timeout(Duration.ofMinutes(30))
                                .build()));

        AgentReply reply = agents.client()
                .invoke(AgentRequest.to("parent")
                        .text("go")
                        .timeout(Duration.ofSeconds(20))
                        .build());

        assertThat(reply.text()).isEqualTo("ada");
        assertThat(left.get()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(20));
    }

    @Test
    void aChildNeverGainsAndTheAgentsOfItsCallersTenantAndScopesAreAllItReaches() {
        List<Caller> callers = Collections.synchronizedList(new ArrayList<>());
        agents.with("leaf", (request, context) -> {
            callers.add(context.caller());
            return AgentReply.text("leaf");
        });
        agents.with("child", (request, context) -> {
            callers.add(context.caller());
            return context.agents().invoke("leaf", "go");
        });
        agents.with("payroll", (request, context) -> AgentReply.text("secret"));
        agents.with("parent", (request, context) -> {
            callers.add(context.caller());
            context.agents().invoke("child", "go");
            context.agents().onCallerThread().invoke("child", "go");
            Run run =
                    context.agents().submit(AgentRequest.to("child").text("go").build());
            run.reply().toCompletableFuture().join();
            assertThatThrownBy(() -> context.agents().invoke("payroll", "go")).isInstanceOf(ForbiddenException.class);
            assertThatThrownBy(() -> context.agents()
                            .submit(AgentRequest.to("payroll").text("go").build()))
                    .isInstanceOf(ForbiddenException.class);
            return AgentReply.text("done");
        });
        Caller caller = new Caller(
                new TenantId("acme"),
                new Principal("ada", Set.of("agents:invoke:parent", "agents:invoke:child", "agents:invoke:leaf")));

        assertThat(agents.dispatcher.forCaller(caller).invoke("parent", "go").text())
                .isEqualTo("done");

        assertThat(callers).hasSize(7).containsOnly(caller);
    }

    @Test
    void anAgentSeesOnlyTheAgentsThatItsCallerMayCall() {
        agents.close();
        setup.authorizer = (caller, agent) ->
                !agent.startsWith("payroll") || caller.principal().granted("payroll");
        agents = new HostedAgents(setup);
        agents.with("payroll", (request, context) -> AgentReply.text("secret"));
        agents.with("paper", (request, context) -> AgentReply.text("public"));
        agents.with("chooser", (request, context) -> {
            List<String> names = new ArrayList<>();
            context.catalogue().list().forEach(entry -> names.add(entry.agent().name()));
            names.add(context.catalogue().find("payroll").isPresent() + "");
            names.add(context.catalogue().find("paper").isPresent() + "");
            names.add(context.catalogue().near("payrol").toString());
            return AgentReply.text(String.join(" ", names));
        });

        assertThat(agents.client().invoke("chooser", "who is there?").text()).isEqualTo("chooser paper false true []");
    }

    @Test
    void anAgentThatCallsItselfForEverMeetsTheDepth() {
        agents.with("again", (request, context) -> context.agents().invoke("again", request.text()));

        for (var client : new org.copilotframework.api.client.Client[] {
            agents.client(), agents.client().onCallerThread()
        }) {
            assertThatThrownBy(() -> client.invoke("again", "go"))
                    .isInstanceOf(QuotaExceededException.class)
                    .hasMessageContaining("copilot.invoke.max-depth");
        }
    }

    @Test
    void aRunHasOneBudgetOfCallsForItsWholeTree() {
        agents.close();
        setup.limits = HostedAgents.limits(limits -> limits.callsPerRun = 10);
        agents = new HostedAgents(setup);
        AtomicInteger calls = new AtomicInteger();
        agents.with("leaf", (request, context) -> AgentReply.text("" + calls.incrementAndGet()));
        agents.with("node", (request, context) -> {
            for (int i = 0; i < 4; i++) {
                context.agents().invoke("leaf", "go");
            }
            return AgentReply.text("done");
        });
        agents.with("root", (request, context) -> {
            while (true) {
                context.agents().invoke("node", "go");
            }
        });

        assertThatThrownBy(() -> agents.client().invoke("root", "go"))
                .isInstanceOf(QuotaExceededException.class)
                .hasMessageContaining("copilot.invoke.calls-per-run");
        assertThat(calls).hasValue(8);
    }

    @Test
    void cancellingTheParentCancelsItsChildren() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Boolean> childEnded = new CompletableFuture<>();
        agents.with("child", (request, context) -> {
            inside.countDown();
            try {
                Thread.sleep(60_000);
            } finally {
                childEnded.complete(context.cancelled());
            }
            return AgentReply.text("never");
        });
        agents.with("parent", (request, context) -> context.agents().invoke("child", "go"));
        var run = agents.client().submit(AgentRequest.to("parent").text("go").build());
        inside.await();

        run.cancel("enough");

        assertThat(childEnded.get()).isTrue();
        await().until(() -> agents.dispatcher.stats().abandoned() == 0);
    }

    @Test
    void aChildThatWouldWaitForItsOwnSessionIsRefusedAtOnce() {
        agents.with("child", (request, context) -> AgentReply.text("in"));
        agents.with(
                "middle",
                (request, context) -> context.agents()
                        .invoke(AgentRequest.to("child").text("go").session("s").build()));
        agents.with("parent", (request, context) -> context.agents().invoke("middle", "go"));

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("parent")
                                .text("go")
                                .session("s")
                                .build()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("'s'");
    }

    @Test
    void aChainNeedsOnePermitPerAgentAndOneOfTheWhole() {
        agents.close();
        setup.limits = HostedAgents.limits(limits -> {
            limits.concurrency = 1;
            limits.agentConcurrency = 1;
        });
        agents = new HostedAgents(setup);
        agents.with(
                "a",
                (request, context) -> request.text().isEmpty()
                        ? AgentReply.text("end")
                        : context.agents().invoke("b", request.text()));
        agents.with(
                "b",
                (request, context) ->
                        context.agents().invoke("a", request.text().substring(1)));

        assertThat(agents.client().invoke("a", "xxx").text()).isEqualTo("end");
    }

    @Test
    void callsThatWaitForThePermitOfTheWholeKeepNoChildFromItsAgent() throws Exception {
        agents.close();
        setup.limits = HostedAgents.limits(limits -> {
            limits.concurrency = 2;
            limits.agentConcurrency = 2;
        });
        agents = new HostedAgents(setup);
        CountDownLatch go = new CountDownLatch(1);
        agents.with("search", (request, context) -> AgentReply.text("found"));
        agents.with("planner", (request, context) -> {
            go.await();
            return context.agents().invoke("search", "x");
        });
        List<Run> runs = new ArrayList<>();
        for (String agent : List.of("planner", "planner", "search", "search")) {
            runs.add(agents.client().submit(AgentRequest.to(agent).text("go").build()));
        }
        await().until(() -> agents.dispatcher.stats().waiting() == 2);
        go.countDown();

        for (Run run : runs) {
            assertThat(run.reply().toCompletableFuture().get().text()).isEqualTo("found");
        }
    }

    @Test
    void childrenNeverWaitForAThreadThatTheirParentsOccupy() {
        agents.close();
        setup.workers = new WorkerLimits(1, 0, 1, 0);
        setup.noVirtualThreads = true;
        agents = new HostedAgents(setup);
        agents.with("cpu", Execution.CPU, (request, context) -> down("cpu", request, context));
        agents.with("io", Execution.BLOCKING, (request, context) -> down("io", request, context));

        assertThat(agents.client().invoke("cpu", "xxxxx").text()).isEqualTo("cpu");
        assertThat(agents.client().invoke("io", "xxxxx").text()).isEqualTo("io");
    }

    @Test
    void aChildOnItsParentsThreadIsInterruptedAtItsOwnDeadline() {
        agents.close();
        setup.workers = new WorkerLimits(1, 0, 1, 0);
        setup.noVirtualThreads = true;
        agents = new HostedAgents(setup);
        agents.with("child", (request, context) -> {
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        agents.with("parent", (request, context) -> {
            try {
                context.agents()
                        .invoke(AgentRequest.to("child")
                                .text("go")
                                .timeout(Duration.ofMillis(50))
                                .build());
                return AgentReply.text("no");
            } catch (DeadlineExceededException expected) {
                return AgentReply.text("interrupted: " + Thread.currentThread().isInterrupted());
            }
        });

        assertThat(agents.client().invoke("parent", "go").text()).isEqualTo("interrupted: false");
    }

    @Test
    void afterItsEndAnActivationIsOfNoUse() {
        AtomicReference<AgentContext> kept = new AtomicReference<>();
        agents.with("keeps", (request, context) -> {
            kept.set(context);
            return AgentReply.text("kept");
        });
        agents.client().invoke(AgentRequest.to("keeps").text("go").session("s").build());
        AgentContext context = kept.get();

        assertThatThrownBy(() -> context.emit(new Event.Text("late"))).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> context.agents().invoke("keeps", "go")).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> context.session().orElseThrow().put("k", "v")).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> context.session().orElseThrow().remove("k")).isInstanceOf(ConflictException.class);
    }

    @Test
    void aChildOfAPluginInExchangeRunsOnTheGenerationItsParentKeepsAlive() {
        WaitingRoom room = new WaitingRoom(10);
        agents.with("self", (request, context) -> {
            if (request.text().equals("inner")) {
                return AgentReply.text("served");
            }
            agents.exchange("self", room);
            agents.hosted("self").leases().close();
            return context.agents().invoke("self", "inner");
        });

        assertThat(agents.client().invoke("self", "go").text()).isEqualTo("served");
        room.open();
    }

    @Test
    void aSubmittedChildOfAPluginInExchangeIsRefusedRatherThanWaitedForInACircle() {
        WaitingRoom room = new WaitingRoom(10);
        agents.with("self", (request, context) -> {
            agents.exchange("self", room);
            context.agents().submit(AgentRequest.to("self").text("inner").build());
            return AgentReply.text("not reached");
        });

        assertThatThrownBy(() -> agents.client().invoke("self", "go"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("is being exchanged");
        room.open();
    }

    private static AgentReply down(String agent, AgentRequest request, AgentContext context) {
        return request.text().isEmpty()
                ? AgentReply.text(agent)
                : context.agents().invoke(agent, request.text().substring(1));
    }
}
