package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.core.run.RunLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that wait for their caller or for a moment, and hold nothing meanwhile. */
class SuspendedRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aRunAsksWaitsWithoutAThreadAndGoesOnWithTheAnswer() {
        HostedAgents agents = processes.one().with("order", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.inputRequired("which size?");
            }
            return AgentReply.text(context.firstMessage().text() + " in " + request.text());
        });
        Run run = agents.client().submit(AgentRequest.to("order").text("shoes").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        assertThat(run.question()).hasValue(Message.agent("which size?"));
        await().until(() ->
                agents.dispatcher.held() == 0 && agents.dispatcher.stats().inFlight() == 0);
        assertThat(run.reply().toCompletableFuture()).isNotDone();

        run.input(Message.user("42"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("shoes in 42");
        assertThat(run.question()).isEmpty();
        assertThatThrownBy(() -> run.input(Message.user("43")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("COMPLETED");
        assertThat(Processes.states(run))
                .containsExactly(
                        RunState.SUBMITTED,
                        RunState.WORKING,
                        RunState.INPUT_REQUIRED,
                        RunState.WORKING,
                        RunState.WORKING,
                        RunState.COMPLETED);
    }

    @Test
    void anInvokedCallThatIsSuspendedBecomesARunAndItsCallerLearnsItsName() throws Exception {
        AtomicInteger done = new AtomicInteger();
        HostedAgents agents = processes.one().with("order", (request, context) -> {
            String number = context.step("reserve", String.class, key -> "r" + done.incrementAndGet());
            if (context.activation() == 1) {
                return AgentReply.inputRequired("pay " + number + "?");
            }
            return AgentReply.text(number + " " + request.text());
        });

        AgentReply asked = agents.client()
                .invoke(AgentRequest.to("order").text("shoes").session("s").build());

        assertThat(asked.suspended()).isTrue();
        assertThat(asked.state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(asked.text()).isEqualTo("pay r1?");
        RunId id = asked.run().orElseThrow();
        Run run = agents.dispatcher.run(ACME, id).orElseThrow();
        run.input(Message.user("paid"));
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("r1 paid");
        assertThat(processes.storage.sessions().turns(ACME, new SessionId("s"), Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .extracting(turn -> turn.id())
                .containsExactly(id + "/1", id + "/2");
    }

    @Test
    void aRunGoesOnAtTheMomentItNamed() {
        Instant begun = Instant.now();
        HostedAgents agents = processes.one().with("later", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.resumeAt(begun.plusMillis(300), "waits for the shop to open");
            }
            return AgentReply.text(request.text() + " " + !Instant.now().isBefore(begun.plusMillis(300)));
        });
        Run run = agents.client().submit(AgentRequest.to("later").text("open").build());

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("open true");
    }

    @Test
    void anotherProcessGivesTheInputAndTheFirstLearnsTheReply() {
        HostedAgents first = processes.one().with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = first.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        HostedAgents second =
                processes.one().with("asks", (request, context) -> AgentReply.text("second got " + request.text()));

        second.dispatcher.run(ACME, run.id()).orElseThrow().input(Message.user("yes"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second got yes");
        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whoeverLooksForARunJustWhenItIsTakenGetsItsReply() {
        RunId id = new RunId("taken");
        CompletableFuture<Run> found = new CompletableFuture<>();
        AtomicInteger looks = new AtomicInteger();
        HostedAgents agents = processes.one().with("echo", (request, context) -> AgentReply.text(request.text()));
        // Asked by the desk when it has taken the run and before it shows it.
        processes.storage.before(agents, "events", () -> {
            if (looks.getAndIncrement() == 0) {
                found.complete(CompletableFuture.supplyAsync(
                                () -> agents.dispatcher.run(ACME, id).orElseThrow())
                        .join());
            }
        });

        processes.submitted("taken", "echo");

        assertThat(found.thenCompose(Run::reply).join().text()).isEqualTo("go");
    }

    @Test
    void aRunThatGetsNoInputInTimeFails() {
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
        HostedAgents agents =
                processes.one(setup).with("asks", (request, context) -> AgentReply.inputRequired("anybody there?"));
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("copilot.runs.input-timeout");
    }

    @Test
    void anInputWhoseAnswerWasLostIsSentAgainAndGivenOnce() {
        AtomicInteger given = new AtomicInteger();
        HostedAgents agents = processes.one().with("asks", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.inputRequired("?");
            }
            return AgentReply.text(request.text() + given.incrementAndGet());
        });
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        processes.storage.loseAnswer(agents, "input-", () -> {});

        run.input(Message.user("yes"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("yes1");
    }

    @Test
    void anInputIsAcknowledgedEvenIfTheRunHasEndedBeforeItsAnswerCame() {
        HostedAgents worker = processes.one().with("asks", (request, context) -> {
            return context.activation() == 1 ? AgentReply.inputRequired("?") : AgentReply.text(request.text());
        });
        Run run = worker.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        HostedAgents giver = processes.one();
        Run there = giver.dispatcher.run(ACME, run.id()).orElseThrow();
        processes.storage.loseAnswer(
                giver,
                "input-",
                () -> await().until(() -> processes.head(run.id()).state() == RunState.COMPLETED));

        there.input(Message.user("yes"));

        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("yes");
    }

    @Test
    void ofSeveralInputsAtOnceOneIsTakenAndTheOthersAreToldSo() throws Exception {
        HostedAgents agents = processes.one().with("asks", (request, context) -> {
            return context.activation() == 1 ? AgentReply.inputRequired("?") : AgentReply.text(request.text());
        });
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        Queue<String> taken = new ConcurrentLinkedQueue<>();
        CyclicBarrier together = new CyclicBarrier(8);
        List<Thread> givers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String text = "answer " + i;
            givers.add(new Thread(() -> {
                try {
                    together.await();
                    run.input(Message.user(text));
                    taken.add(text);
                } catch (ConflictException late) {
                    assertThat(late).hasMessageContaining("waits for no input");
                } catch (InterruptedException | BrokenBarrierException impossible) {
                    throw new AssertionError(impossible);
                }
            }));
        }
        givers.forEach(Thread::start);
        for (Thread giver : givers) {
            giver.join();
        }

        assertThat(taken)
                .containsExactly(run.reply().toCompletableFuture().join().text());
    }
}
