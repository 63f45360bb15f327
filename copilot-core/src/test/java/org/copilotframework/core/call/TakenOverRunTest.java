package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.RunHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that another worker goes on with, because the first has died or was too slow. */
class TakenOverRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aStepIsNotDoneAgainByTheProcessThatTakesOver() throws Exception {
        AtomicInteger charged = new AtomicInteger();
        List<String> keys = new ArrayList<>();
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("charges", (request, context) -> {
            context.step("charge", Integer.class, key -> {
                keys.add(key);
                return charged.incrementAndGet();
            });
            stuck.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("charges").text("go").build());
        stuck.await();
        processes.storage.cutOff(first);
        HostedAgents second = processes.one().with("charges", (request, context) -> {
            long number = context.step("charge", Long.class, key -> {
                keys.add(key);
                return (long) charged.incrementAndGet();
            });
            return AgentReply.text("charged " + number);
        });
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("charged 1");
        assertThat(charged).hasValue(1);
        assertThat(keys).containsExactly(run.id() + "/charge");
        assertThat(processes.head(run.id()).activation()).isEqualTo(1);
    }

    @Test
    void aWorkerThatWasTakenOverIsFencedOffAndItsTurnIsNotWritten() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("races", (request, context) -> {
            stuck.countDown();
            goOn.await();
            return AgentReply.text("first");
        });
        processes.storage.before(first, "renew", TakenOverRunTest::fails);
        Run run = first.client()
                .submit(AgentRequest.to("races").text("go").session("s").build());
        stuck.await();
        first.directory.publish(Map.of());
        HostedAgents second = processes.one().with("races", (request, context) -> AgentReply.text("second"));
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();
        there.reply().toCompletableFuture().join();
        goOn.countDown();
        await().until(() -> first.dispatcher.stats().inFlight() == 0);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
        assertThat(processes.storage.sessions().turns(ACME, new SessionId("s"), Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .hasSize(1);
    }

    @Test
    void withoutASessionTooItIsTheFenceThatDecides() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("races", (request, context) -> {
            stuck.countDown();
            goOn.await();
            return AgentReply.text("first");
        });
        processes.storage.before(first, "renew", TakenOverRunTest::fails);
        Run run = first.client().submit(AgentRequest.to("races").text("go").build());
        stuck.await();
        first.directory.publish(Map.of());
        HostedAgents second = processes.one().with("races", (request, context) -> AgentReply.text("second"));
        second.dispatcher
                .run(ACME, run.id())
                .orElseThrow()
                .reply()
                .toCompletableFuture()
                .join();
        goOn.countDown();

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("second");
    }

    /** As where a wrapper of keys does not answer: those behind keep their lease, and are not counted as tried anew. */
    @Test
    void aRunThatWasTakenBehindOneThatIsSlowToBeReadKeepsItsLease() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1));
        processes.storage.before(first, "events", () -> awaited(slow));
        List<RunId> runs = List.of(processes.submitted("one", "works"), processes.submitted("two", "works"));
        first.with("works", (request, context) -> AgentReply.text("by the first"));
        await().until(() -> runs.stream().allMatch(run -> processes.head(run).holder() != null));
        HostedAgents second = processes
                .one(Duration.ofSeconds(1))
                .with("works", (request, context) -> AgentReply.text("by the second"));

        for (RunId run : runs) {
            // Its lease would have been over long ago.
            await().until(() -> processes
                    .head(run)
                    .due()
                    .isAfter(processes.head(run).changed().plusSeconds(3)));
            assertThat(processes.head(run).attempt()).isEqualTo(1);
        }
        slow.countDown();
        for (RunId run : runs) {
            Run there = second.dispatcher.run(ACME, run).orElseThrow();
            assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("by the first");
        }
    }

    @Test
    void aLeaseIsKeptWhileTheStoreIsSweptForLongAndWhileTheProcessCloses() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch swept = new CountDownLatch(1);
        processes.storage.beforeAny("sweep", () -> awaited(swept));
        HostedAgents first = processes.one(Duration.ofSeconds(1));
        first.with("works", (request, context) -> {
            begun.countDown();
            goOn.await();
            return AgentReply.text("by the first");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        HostedAgents second = processes.one().with("works", (request, context) -> AgentReply.text("by the second"));
        await().until(() -> renewedTimes(run, 3));
        Thread closing = new Thread(() -> first.dispatcher.close(Duration.ofSeconds(60)));
        closing.start();
        swept.countDown();
        await().until(() -> renewedTimes(run, 6));
        goOn.countDown();
        closing.join();

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("by the first");
        assertThat(second.dispatcher.run(ACME, run.id()).orElseThrow().state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void runsAreTakenWhileTheStoreIsSweptForLong() {
        CountDownLatch sweeping = new CountDownLatch(1);
        CountDownLatch swept = new CountDownLatch(1);
        processes.storage.beforeAny("sweep", () -> {
            sweeping.countDown();
            awaited(swept);
        });
        processes.one().with("works", (request, context) -> AgentReply.text("done"));
        awaited(sweeping);
        RunId run = processes.submitted("r1", "works");

        await().until(() -> processes.head(run).state() == RunState.COMPLETED);
        assertThat(swept.getCount()).isEqualTo(1);
        swept.countDown();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Whether its lease of a second would have been over so often. */
    private boolean renewedTimes(Run run, int times) {
        RunHead head = processes.head(run.id());
        return head.due() != null && head.due().isAfter(head.changed().plusSeconds(times));
    }

    private static void fails() {
        throw new UnavailableException("the test lets it fail", Duration.ZERO);
    }

    @Test
    void aProcessThatWasCutOffForLongerThanItsLeaseGoesOnWithItsRunsAndBeginsNoneAnew() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents agents = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            begun.incrementAndGet();
            inside.countDown();
            goOn.await();
            return AgentReply.text("by the first");
        });
        Run run = agents.client().submit(AgentRequest.to("works").text("go").build());
        inside.await();
        processes.storage.cutOff(agents);
        await().until(() -> Instant.now().isAfter(processes.head(run.id()).due()));

        processes.storage.reconnect(agents);

        await().until(() -> Instant.now().isBefore(processes.head(run.id()).due()));
        assertThat(processes.head(run.id()).fence()).isEqualTo(1);
        goOn.countDown();
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("by the first");
        assertThat(begun).hasValue(1);
    }

    @Test
    void aStepThatMayBeDoneOnceOnlyIsInDoubtAfterATakeover() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("pays", (request, context) -> {
            context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> {
                stuck.countDown();
                Thread.sleep(60_000);
                return "never";
            });
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("pays").text("go").build());
        stuck.await();
        processes.storage.cutOff(first);
        HostedAgents second = processes.one().with("pays", (request, context) -> {
            try {
                return AgentReply.text(context.step("pay", StepMode.AT_MOST_ONCE, String.class, key -> "paid twice"));
            } catch (StepInDoubtException inDoubt) {
                return AgentReply.text("ask the bank about " + inDoubt.stepKey());
            }
        });
        Run there = second.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThat(there.reply().toCompletableFuture().join().text())
                .isEqualTo("ask the bank about " + run.id() + "/pay");
    }
}
