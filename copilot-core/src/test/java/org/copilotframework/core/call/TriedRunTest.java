package org.copilotframework.core.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunInput;
import org.copilotframework.core.run.RunLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a run is tried, and what ends it. */
class TriedRunTest {
    private static final TenantId ACME = Processes.ACME;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aRunThatEndsItsProcessEachTimeFailsInTheEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("kills", (request, context) -> {
            begun.countDown();
            Endless.work();
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("kills").text("go").build());
        begun.await();
        processes.storage.cutOff(first);
        dies("kills", RunLimits.defaults().maxAttempts());
        HostedAgents last = processes.one().with("kills", (request, context) -> AgentReply.text("not again"));
        Run there = last.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThatThrownBy(() -> there.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("copilot.runs.max-attempts");
    }

    @Test
    void aRunThatWasHandedBackStillCountsTheProcessesItHasEnded() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        HostedAgents.Body stays = (request, context) -> {
            begun.countDown();
            Endless.work();
            return AgentReply.text("never");
        };
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("kills", stays);
        Run run = first.client().submit(AgentRequest.to("kills").text("go").build());
        await().until(() -> begun.getCount() == 1);
        processes.storage.cutOff(first);
        dies("kills", 2);
        HostedAgents second = processes.one().with("kills", stays);
        begun.await();
        second.dispatcher.close();
        dies("kills", 2);
        HostedAgents last = processes.one().with("kills", (request, context) -> AgentReply.text("not again"));
        Run there = last.dispatcher.run(ACME, run.id()).orElseThrow();

        assertThatThrownBy(() -> there.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("5 processes ended")
                .hasMessageContaining("copilot.runs.max-attempts");
    }

    @Test
    void aRunMayBeHandedBackMoreOftenThanItMayEndItsProcess() {
        AtomicInteger entered = new AtomicInteger();
        Run run = handedBack(entered, 3);

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done");
        assertThat(entered).hasValue(4);
    }

    @Test
    void aRunThatIsHandedBackAgainAndAgainFailsInTheEnd() {
        AtomicInteger entered = new AtomicInteger();
        Run run = handedBack(entered, Integer.MAX_VALUE);

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("handed back 11 times");
        assertThat(entered).hasValue(11);
    }

    /** A run that may end no second process, and whose plugin is exchanged each time. */
    private Run handedBack(AtomicInteger entered, int times) {
        HostedAgents agents = processes.one(attempts(1));
        agents.with("works", (request, context) -> {
            if (entered.incrementAndGet() > times) {
                return AgentReply.text("done");
            }
            agents.hosted("works").leases().revokeAll("a new version is here");
            Endless.work();
            return AgentReply.text("never");
        });
        return agents.client().submit(AgentRequest.to("works").text("go").build());
    }

    @Test
    void aRunThatCannotBeReadKeepsNoOtherFromGoingOn() {
        Payload input = RunInput.of(
                        Caller.of("acme", "ada"),
                        AgentRequest.to("echo").text("hello").build())
                .store();
        Payload detail = RunDetail.said(Message.agent("waited"), null).store();
        processes.submitted("bad", "echo", Payload.of("{ not json".getBytes(UTF_8)), detail);
        processes.submitted("good", "echo", input, detail);
        processes.submitted("worse", "echo", input, Payload.of(new byte[] {1}));
        HostedAgents.Setup setup = attempts(1);
        HostedAgents agents = processes.one(setup).with("echo", (request, context) -> AgentReply.text(request.text()));

        await().until(() -> processes.head(new RunId("good")).state() == RunState.COMPLETED);
        await().until(() -> processes.head(new RunId("bad")).state() == RunState.FAILED);
        await().until(() -> processes.head(new RunId("worse")).state() == RunState.FAILED);
        assertThat(agents.dispatcher.stats().storeTrouble()).isEmpty();
    }

    /** As of an encrypted store whose key cannot be had: what is wrong will pass, and is no fault of the run. */
    @Test
    void aRunWhoseTenantCannotBeReadForTheMomentNeverFailsForThat() {
        AtomicBoolean away = tenantIsAway();
        AtomicInteger commits = new AtomicInteger();
        RunId run = submitted("echo");
        processes.storage.beforeAny("commit", commits::incrementAndGet);
        HostedAgents agents = processes
                .one(Duration.ofSeconds(1))
                .with("echo", (request, context) -> AgentReply.text(request.text()));

        // It is handed back each time; else each claim would count, and nothing be written.
        await().until(() -> commits.get() > 2);
        assertThat(processes.head(run).attempt()).isLessThanOrEqualTo(1);
        away.set(false);
        await().until(() -> processes.head(run).state().terminal());
        assertThat(processes.head(run).state()).isEqualTo(RunState.COMPLETED);
        assertThat(agents.dispatcher.stats().storeTrouble()).isEmpty();
    }

    /** Who has ended too many processes before is not made new by an outage: it ends once that can be written. */
    @Test
    void aRunThatHasEndedTooManyProcessesIsNotHandedBackForThat() {
        RunId run = submitted("kills");
        dies("kills", 2);
        AtomicBoolean away = tenantIsAway();
        processes.storage.beforeAny("commit", () -> refuse(away));
        processes.one(attempts(1)).with("kills", (request, context) -> AgentReply.text("not again"));
        await().until(() -> processes.head(run).attempt() > 3);
        away.set(false);
        await().until(() -> processes.head(run).state() == RunState.FAILED);
    }

    private RunId submitted(String agent) {
        Payload input = RunInput.of(
                        Caller.of("acme", "ada"),
                        AgentRequest.to(agent).text("hello").build())
                .store();
        return processes.submitted(
                "away",
                agent,
                input,
                RunDetail.said(Message.agent("waited"), null).store());
    }

    private AtomicBoolean tenantIsAway() {
        AtomicBoolean away = new AtomicBoolean(true);
        processes.storage.beforeAny("checkReadable", () -> refuse(away));
        processes.storage.beforeAny("events", () -> refuse(away));
        return away;
    }

    private static void refuse(AtomicBoolean away) {
        if (away.get()) {
            throw new UnavailableException("the key cannot be had", Duration.ZERO);
        }
    }

    /** Processes take the one run there is, and are not heard of again. */
    private void dies(String agent, int times) {
        for (int i = 0; i < times; i++) {
            await().until(() -> !processes
                    .storage
                    .runs()
                    .claim("dies", List.of(agent), Duration.ofMillis(1), 1)
                    .isEmpty());
        }
    }

    private static HostedAgents.Setup attempts(int most) {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(1));
        RunLimits usual = setup.runLimits;
        setup.runLimits = new RunLimits(
                usual.lease(),
                usual.pollInterval(),
                usual.inputTimeout(),
                usual.agentTimeout(),
                usual.keep(),
                most,
                256,
                0,
                null);
        return setup;
    }
}
