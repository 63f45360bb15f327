package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Steps within one activation, and what becomes of a run whose step cannot be journaled. */
class StepsTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final AtomicInteger done = new AtomicInteger();

    @Test
    void aStepThatMayBeDoneOnceOnlyIsInDoubtWhenItsActivationAsksAgain() {
        HostedAgents agents = processes.one().with("pays", (request, context) -> {
            assertThatThrownBy(() -> context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> {
                        done.incrementAndGet();
                        throw new IllegalStateException("no answer from the bank");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> context.step(
                            "pay", StepMode.AT_MOST_ONCE, String.class, key -> "p" + done.incrementAndGet()))
                    .isInstanceOf(StepInDoubtException.class);
            return AgentReply.text("asks the bank");
        });

        assertThat(agents.client().invoke("pays", "go").text()).isEqualTo("asks the bank");
        Run run = agents.client().submit(AgentRequest.to("pays").text("go").build());
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("asks the bank");
        assertThat(done).hasValue(2);
    }

    @Test
    void twoThreadsThatAskForOneStepDoItOnce() {
        HostedAgents agents = processes.one().with("pays", (request, context) -> {
            CountDownLatch inside = new CountDownLatch(1);
            CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> {
                try {
                    return context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> {
                        inside.countDown();
                        Thread.sleep(50);
                        return "p" + done.incrementAndGet();
                    });
                } catch (Exception thrown) {
                    throw new IllegalStateException(thrown);
                }
            });
            inside.await();
            String mine = context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> "p" + done.incrementAndGet());
            return AgentReply.text(mine + " " + other.join());
        });

        assertThat(agents.client().invoke("pays", "go").text()).isEqualTo("p1 p1");
    }

    @Test
    void aStepWithinItselfIsRefused() {
        HostedAgents agents = processes.one().with("turns", (request, context) -> {
            assertThatThrownBy(() ->
                            context.step("a", String.class, key -> context.step("a", String.class, again -> "never")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("asks for this very step");
            return AgentReply.text("refused");
        });

        assertThat(agents.client().invoke("turns", "go").text()).isEqualTo("refused");
    }

    @Test
    void aKeyThatTheStoreWouldRefuseIsRefusedBeforeTheBodyRuns() {
        HostedAgents agents = processes.one().with("halves", (request, context) -> {
            for (String key : new String[] {"a\uD83D", "\uDE00b", "", "x".repeat(257), "a\nb"}) {
                assertThatThrownBy(() -> context.step(key, Integer.class, stepKey -> done.incrementAndGet()))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("step: a key");
            }
            return AgentReply.text(context.step("\uD83D\uDE00", String.class, key -> "whole"));
        });

        Run run = agents.client().submit(AgentRequest.to("halves").text("go").build());
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("whole");
        assertThat(done).hasValue(0);
    }

    @Test
    void aRunGoesOnAfterItsStoreWasGoneInMidStep() {
        HostedAgents[] self = new HostedAgents[1];
        self[0] = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            if (done.incrementAndGet() == 1) {
                processes.storage.cutOff(self[0]);
            }
            return AgentReply.text(context.step("a", String.class, key -> "done") + " " + done.get());
        });
        Run run = self[0].client().submit(AgentRequest.to("works").text("go").build());
        await().until(() -> self[0].dispatcher.stats().inFlight() == 0);
        assertThat(run.state().terminal()).isFalse();

        processes.storage.reconnect(self[0]);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done 2");
    }

    @Test
    void aWorkerThatIsTakenOverInMidStepEndsAndItsCallerGetsTheReplyOfTheOther() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            String before = context.step("a", String.class, key -> {
                inside.countDown();
                goOn.await();
                return "first";
            });
            return AgentReply.text(before);
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        inside.await();
        processes.storage.cutOff(first);
        HostedAgents second = processes.one().with("works", (request, context) -> {
            seen.await();
            return AgentReply.text(context.step("a", String.class, key -> "second"));
        });
        await().until(() -> processes.head(run.id()).fence() > 1);
        goOn.countDown();
        processes.storage.reconnect(first);

        await().until(() -> first.dispatcher.stats().inFlight() == 0);
        assertThat(run.state()).isEqualTo(RunState.WORKING);
        seen.countDown();

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
        await().until(() -> second.dispatcher.stats().inFlight() == 0);
    }
}
