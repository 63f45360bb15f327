package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent that another agent asks has its own caller asked, and passes his answer on. */
class AnsweredChildTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CountDownLatch inside = new CountDownLatch(1);

    /** Asks for a size until it is told one. */
    private AgentReply order(AgentRequest request, AgentContext context) {
        said.add(request.text());
        return context.activation() == 1 || request.text().equals("what?")
                ? AgentReply.inputRequired("which size?")
                : AgentReply.text(context.firstMessage().text() + " in " + request.text());
    }

    /** Calls that agent, and has its own caller answer what it asks. */
    private static AgentReply shop(AgentRequest request, AgentContext context) throws Exception {
        AgentReply reply;
        if (context.activation() == 1) {
            reply = context.agents().invoke("order", request.text());
            String run = reply.run().map(RunId::value).orElse("");
            context.step("ordering", String.class, key -> run);
        } else {
            String run = context.step("ordering", String.class, key -> "");
            reply = context.agents().answer(new RunId(run), context.message());
        }
        return reply.suspended() ? AgentReply.inputRequired(reply.message()) : AgentReply.text("Got " + reply.text());
    }

    private HostedAgents shops(HostedAgents.Setup setup) {
        return processes.one(setup).with("order", this::order).with("shop", AnsweredChildTest::shop);
    }

    private static Run asked(HostedAgents agents) {
        Run run = agents.client().submit(AgentRequest.to("shop").text("shoes").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        return run;
    }

    @Test
    void theParentReturnsTheQuestionAndPassesTheAnswerOn() {
        HostedAgents agents = shops(new HostedAgents.Setup());
        Run run = asked(agents);
        assertThat(run.question()).map(Message::text).hasValue("which size?");

        run.input(Message.user("what?"));
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        run.input(Message.user("42"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("Got shoes in 42");
        assertThat(said).containsExactly("shoes", "what?", "42");
        await().until(() -> agents.dispatcher.held() == 0);
    }

    @Test
    void itsChildNeedsNoPermitAndNoThreadThatTheParentHolds() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.limits = HostedAgents.limits(limits -> limits.concurrency = 1);
        setup.noVirtualThreads = true;
        setup.workers = new WorkerLimits(1, 10, 1, 10);
        Run run = asked(shops(setup));

        run.input(Message.user("42"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("Got shoes in 42");
    }

    @Test
    void anActivationThatIsDoneAgainPassesItsAnswerOnOnce() throws Exception {
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("order", this::order);
        first.with("shop", (request, context) -> {
            AgentReply reply = shop(request, context);
            if (context.activation() == 2) {
                inside.countDown();
                Endless.work();
            }
            return reply;
        });
        Run run = asked(first);
        run.input(Message.user("42"));
        inside.await();
        processes.storage.cutOff(first);

        HostedAgents second = shops(new HostedAgents.Setup());

        Run there = second.dispatcher.run(Processes.ACME, run.id()).orElseThrow();
        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("Got shoes in 42");
        assertThat(said).containsExactly("shoes", "42");
    }

    @Test
    void aParentThatIsCanceledWhileItsChildWorksOnTheAnswerEndsBoth() throws Exception {
        HostedAgents agents = processes.one().with("shop", AnsweredChildTest::shop);
        AtomicReference<RunId> child = new AtomicReference<>();
        agents.with("order", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.inputRequired("?");
            }
            child.set(context.runId());
            inside.countDown();
            Endless.work();
            return AgentReply.text("never");
        });
        Run run = asked(agents);
        run.input(Message.user("42"));
        inside.await();

        assertThat(run.cancel("enough")).isTrue();

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join()).hasCauseInstanceOf(CanceledException.class);
        await().until(() -> processes.head(child.get()).state() == RunState.CANCELED);
    }

    @Test
    void whoInvokedAnswersFromOutside() {
        HostedAgents agents = shops(new HostedAgents.Setup());
        RunId run = agents.client().invoke("shop", "shoes").run().orElseThrow();

        AgentReply again = agents.client().answer(run, Message.user("what?"));
        assertThat(again.state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(again.run()).hasValue(run);
        assertThat(again.text()).isEqualTo("which size?");

        assertThat(agents.client().answer(run, Message.user("42")).text()).isEqualTo("Got shoes in 42");
        assertThatThrownBy(() -> agents.client().answer(run, Message.user("43")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("COMPLETED");
    }

    /** Else each run that was ever answered would be looked for in the store until it ends. */
    @Test
    void whoAnsweredAndWasAskedAgainHoldsTheRunNoLonger() {
        HostedAgents agents = shops(new HostedAgents.Setup());
        RunId run = agents.client().invoke("shop", "shoes").run().orElseThrow();
        AtomicReference<Run> shown =
                new AtomicReference<>(agents.dispatcher.run(Processes.ACME, run).orElseThrow());

        AgentReply again = agents.client().answer(run, Message.user("what?"));
        assertThat(again.state()).isEqualTo(RunState.INPUT_REQUIRED);

        WeakReference<Run> held = new WeakReference<>(shown.getAndSet(null));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return held.get() == null;
        });
        assertThat(agents.client().answer(run, Message.user("42")).text()).isEqualTo("Got shoes in 42");
    }

    @Test
    void onlyWhoHasBegunARunAnswersIt() {
        HostedAgents agents = shops(new HostedAgents.Setup());
        RunId run = agents.client().invoke("shop", "shoes").run().orElseThrow();

        for (Caller other : List.of(Caller.of("acme", "bob"), Caller.of("other", "ada"))) {
            assertThatThrownBy(() -> agents.dispatcher.forCaller(other).answer(run, Message.user("42")))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("not begun by this caller");
        }
        assertThat(processes.head(run).state()).isEqualTo(RunState.INPUT_REQUIRED);
    }

    private static Caller ada(String... scopes) {
        return Caller.of("acme", "ada", Set.of(scopes));
    }

    private static void refused(HostedAgents agents, Caller caller, RunId run, String... words) {
        assertThatThrownBy(() -> agents.dispatcher.forCaller(caller).answer(run, Message.user("42")))
                .isInstanceOf(ForbiddenException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void whoWasGrantedLessThanTheRunWasBegunWithDoesNotAnswerIt() {
        HostedAgents agents = shops(new HostedAgents.Setup());
        Caller begins = ada("agents:invoke", "files:write");
        RunId run = agents.dispatcher
                .forCaller(begins)
                .invoke("shop", "shoes")
                .run()
                .orElseThrow();

        refused(agents, ada("agents:invoke"), run, "'ada'", "not granted (files:write)", "call agent 'shop' anew");
        refused(agents, ada("agents:invoke:shop", "files:*"), run, "not granted (agents:invoke)");
        assertThat(processes.head(run).state()).isEqualTo(RunState.INPUT_REQUIRED);

        Client granted = agents.dispatcher.forCaller(ada("agents:*", "files:write"));
        assertThat(granted.answer(run, Message.user("42")).text()).isEqualTo("Got shoes in 42");
    }

    @Test
    void anAgentOfALesserCallAnswersNoRunOfAGreaterOne() {
        HostedAgents agents = processes.one().with("order", this::order);
        RunId order = agents.client().invoke("order", "shoes").run().orElseThrow();
        agents.with("sly", (request, context) -> context.agents().answer(order, Message.user("42")));

        Client lesser = agents.dispatcher.forCaller(ada("agents:invoke:sly"));

        assertThatThrownBy(() -> lesser.invoke("sly", "go"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessageContaining("not granted (agents:invoke)");
        assertThat(said).containsExactly("shoes");
        assertThat(processes.head(order).state()).isEqualTo(RunState.INPUT_REQUIRED);
    }

    @Test
    void whoGainedScopesGivesTheRunNone() {
        HostedAgents agents = processes.one().with("order", this::order);
        agents.with(
                "shop",
                (request, context) -> context.activation() == 1
                        ? AgentReply.inputRequired("?")
                        : AgentReply.text(context.caller().principal().scopes().toString()));
        RunId run = agents.dispatcher
                .forCaller(ada("agents:invoke:shop"))
                .invoke("shop", "shoes")
                .run()
                .orElseThrow();

        AgentReply reply = agents.dispatcher.forCaller(ada("*")).answer(run, Message.user("42"));

        assertThat(reply.text()).isEqualTo("[agents:invoke:shop]");
    }

    @Test
    void whoMayNotCallTheAgentAnyMoreDoesNotAnswerItsRun() {
        AtomicBoolean allowed = new AtomicBoolean(true);
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.authorizer = (caller, agent) -> allowed.get();
        HostedAgents agents = shops(setup);
        RunId run = agents.client().invoke("shop", "shoes").run().orElseThrow();
        allowed.set(false);

        refused(agents, ada("agents:invoke"), run, "may not call agent 'shop' now");

        assertThat(processes.head(run).state()).isEqualTo(RunState.INPUT_REQUIRED);
        allowed.set(true);
        assertThat(agents.client().answer(run, Message.user("42")).text()).isEqualTo("Got shoes in 42");
    }

    @Test
    void aRunOfTheParentsOwnSessionGoesOnByItself() {
        HostedAgents agents = processes.one().with("order", this::order);
        RunId order = agents.client()
                .invoke(AgentRequest.to("order").text("shoes").session("s").build())
                .run()
                .orElseThrow();
        agents.with("shop", (request, context) -> context.agents().answer(order, Message.user(request.text())));

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("shop").text("42").session("s").build()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("which would wait for it");

        Run run = agents.dispatcher.run(Processes.ACME, order).orElseThrow();
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("shoes in 42");
    }
}
