package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody waits for an orchestrator that is closed, nor for somebody else's code. */
class ClosingTest {
    @RegisterExtension
    final Processes processes = new Processes();

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    private Run parked(HostedAgents agents) {
        agents.with("asks", (request, context) -> AgentReply.inputRequired("?"));
        Run run = agents.client().submit(AgentRequest.to("asks").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        return run;
    }

    @Test
    void whoReadsTheEventsOfARunThatWaitsIsLetGo() {
        HostedAgents agents = processes.one();
        Run run = parked(agents);
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try (EventStream events = run.events(0)) {
                AtomicInteger count = new AtomicInteger();
                events.forEachRemaining(event -> {
                    count.incrementAndGet();
                    inside.countDown();
                });
                return count.get();
            }
        });
        await().until(() -> inside.getCount() == 0);

        agents.dispatcher.close();

        assertThat(read.join()).isEqualTo(4);
        assertThat(run.state()).isEqualTo(RunState.INPUT_REQUIRED);
    }

    @Test
    void whoWaitsForTheReplyOfARunThatWaitsIsToldThatItIsInTheStore() {
        HostedAgents agents = processes.one();
        Run run = parked(agents);

        agents.dispatcher.close();

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining(run.id() + " is in the store");
    }

    @Test
    void whoHasAnsweredARunAndWaitsForWhatItSaysNextIsLetGo() throws Exception {
        HostedAgents agents = processes.one().with("sleeps", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.inputRequired("?");
            }
            inside.countDown();
            letGo.await();
            return AgentReply.text("late");
        });
        Run run = agents.client().submit(AgentRequest.to("sleeps").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        CompletableFuture<AgentReply> answer =
                CompletableFuture.supplyAsync(() -> agents.client().answer(run.id(), Message.user("on")));
        inside.await();

        agents.dispatcher.close();

        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UnavailableException.class);
    }

    @Test
    void aRunThatIsFoundAfterwardsIsShownAsItIsAndPromisesNothing() {
        HostedAgents agents = processes.one();
        Run run = parked(agents);
        HostedAgents closed = processes.one();
        closed.dispatcher.close();

        Run found = closed.dispatcher.run(Processes.ACME, run.id()).orElseThrow();

        assertThat(found.state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThatThrownBy(() -> found.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(UnavailableException.class);
        try (EventStream events = found.events(0)) {
            events.forEachRemaining(event -> assertThat(event.position()).isPositive());
        }
    }

    @Test
    void whatWaitsForAReplyKeepsNoOtherRunFromBeingLearnedOf() throws Exception {
        HostedAgents first = processes.one();
        HostedAgents second = processes.one().with("works", (request, context) -> {
            letGo.await();
            return AgentReply.text("did " + request.text());
        });
        Run one = second.client().submit(AgentRequest.to("works").text("1").build());
        Run other = second.client().submit(AgentRequest.to("works").text("2").build());
        CountDownLatch never = new CountDownLatch(1);
        first.dispatcher.run(Processes.ACME, one.id()).orElseThrow().reply().thenAccept(reply -> {
            try {
                never.await();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });
        Run seen = first.dispatcher.run(Processes.ACME, other.id()).orElseThrow();

        letGo.countDown();

        assertThat(seen.reply().toCompletableFuture().join().text()).isEqualTo("did 2");
        never.countDown();
    }

    @Test
    void whatALookAtTheStoreTakesWhileItClosesIsHandedBack() {
        HostedAgents agents = processes.one().with("works", (request, context) -> AgentReply.text("never"));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        AtomicInteger looks = new AtomicInteger();
        processes.storage.before(agents, "claim", () -> {
            if (looks.getAndIncrement() == 0) {
                processes.submitted("r1", "works");
                CompletableFuture.runAsync(agents.dispatcher::close).thenAccept(closed::complete);
                await().until(() -> refuses(agents));
            }
        });

        closed.join();

        RunHead run = processes.head(new RunId("r1"));
        assertThat(run.holder()).isNull();
        assertThat(run.state()).isEqualTo(RunState.SUBMITTED);
        assertThat(run.fence()).isEqualTo(3);
    }

    private static boolean refuses(HostedAgents agents) {
        try {
            agents.client().invoke("nobody", "?");
            return false;
        } catch (UnavailableException closing) {
            return true;
        } catch (RuntimeException open) {
            return false;
        }
    }
}
