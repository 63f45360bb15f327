package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.core.call.Processes.ACME;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.core.run.RunInput;
import org.copilotframework.core.run.RunLimits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs whose agent is in no process, since its plugin was removed. */
class AbsentAgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @EnumSource(
            value = RunState.class,
            names = {"SUBMITTED", "WORKING", "INPUT_REQUIRED", "AUTH_REQUIRED"})
    void aRunWhoseAgentIsInNoProcessFailsInTheEndAndSaysWhy(RunState state) {
        HostedAgents watching = processes.one();
        store(watching, "r1", "removed", state, TIMEOUT.plusMinutes(1));
        Run run = watching.dispatcher.run(ACME, new RunId("r1")).orElseThrow();
        impatient();

        assertThatThrownBy(() -> run.reply()
                        .toCompletableFuture()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join())
                .hasCauseInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("agent 'removed'")
                .hasMessageContaining("copilot.runs.agent-timeout")
                .hasMessageContaining("install the plugin");
        assertThat(processes.head(run.id()).state()).isEqualTo(RunState.FAILED);
    }

    @Test
    void aRunThatHasNotWaitedForSoLongGoesOnWaiting() {
        HostedAgents first = processes.one();
        store(first, "witness", "removed", RunState.SUBMITTED, TIMEOUT.plusMinutes(1));
        store(first, "waits", "removed", RunState.SUBMITTED, Duration.ZERO);
        store(first, "asked", "removed", RunState.INPUT_REQUIRED, Duration.ofMinutes(-1));
        impatient();

        await().atMost(PATIENCE)
                .until(() -> processes.head(new RunId("witness")).state() == RunState.FAILED);
        assertThat(processes.head(new RunId("waits")).state()).isEqualTo(RunState.SUBMITTED);
        assertThat(processes.head(new RunId("asked")).state()).isEqualTo(RunState.INPUT_REQUIRED);
    }

    @Test
    void aRunOfAnAgentThatIsHereIsNotEndedHoweverLongItMustWaitForRoom() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = processes.one();
        HostedAgents full = processes.one(setup(1)).with("busy", (request, context) -> {
            goOn.await();
            return AgentReply.text("done");
        });
        store(first, "r1", "busy", RunState.SUBMITTED, TIMEOUT.plusDays(30));
        store(first, "r2", "busy", RunState.SUBMITTED, TIMEOUT.plusDays(30));
        store(full, "witness", "removed", RunState.SUBMITTED, TIMEOUT.plusMinutes(1));

        await().atMost(PATIENCE)
                .until(() -> processes.head(new RunId("witness")).state() == RunState.FAILED);
        assertThat(Stream.of("r1", "r2")
                        .map(run -> processes.head(new RunId(run)).state()))
                .containsExactlyInAnyOrder(RunState.WORKING, RunState.SUBMITTED);
        goOn.countDown();
        await().atMost(PATIENCE)
                .until(() -> Stream.of("r1", "r2")
                        .allMatch(run -> processes.head(new RunId(run)).state() == RunState.COMPLETED));
    }

    @Test
    void aBacklogOfAnAgentThatIsHereHidesNoneOfOneThatIsNot() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        HostedAgents first = processes.one();
        HostedAgents full = processes.one(setup(1)).with("busy", (request, context) -> {
            goOn.await();
            return AgentReply.text("done");
        });
        for (int i = 0; i < 250; i++) {
            store(
                    first,
                    "here-" + i,
                    "busy",
                    RunState.SUBMITTED,
                    TIMEOUT.plusDays(30).plusMinutes(i));
        }
        store(full, "removed", "removed", RunState.SUBMITTED, TIMEOUT.plusMinutes(1));

        await().atMost(PATIENCE)
                .until(() -> processes.head(new RunId("removed")).state() == RunState.FAILED);
        assertThat(IntStream.range(0, 250)
                        .mapToObj(i -> processes.head(new RunId("here-" + i)).state()))
                .containsOnly(RunState.WORKING, RunState.SUBMITTED);
        goOn.countDown();
    }

    @Test
    void aRunThatCannotBeEndedHidesNoOther() {
        HostedAgents first = processes.one();
        for (int i = 0; i < 120; i++) {
            store(first, "broken-" + i, "broken", RunState.SUBMITTED, TIMEOUT.plusDays(1));
        }
        store(first, "removed", "removed", RunState.SUBMITTED, TIMEOUT.plusMinutes(1));
        processes.storage.failing(run -> run.id().value().startsWith("broken-"));
        impatient();

        await().atMost(PATIENCE)
                .until(() -> processes.head(new RunId("removed")).state() == RunState.FAILED);
    }

    /** How long a run was due is all that tells of an agent that nobody has: a node that lacks it ends none before. */
    @Test
    void aNodeThatLacksAnAgentLeavesItsRunsToTheNodeThatHasIt() {
        HostedAgents lacks = impatient();
        HostedAgents has = processes.one(setup(256)).with("elsewhere", (request, context) -> AgentReply.text("done"));
        store(lacks, "witness", "removed", RunState.SUBMITTED, TIMEOUT.plusMinutes(1));
        store(has, "r1", "elsewhere", RunState.SUBMITTED, Duration.ZERO);

        await().atMost(PATIENCE)
                .until(() -> processes.head(new RunId("witness")).state() == RunState.FAILED
                        && processes.head(new RunId("r1")).state() == RunState.COMPLETED);
    }

    @Test
    void severalProcessesEndManyRunsEachOfThemOnce() {
        HostedAgents first = processes.one();
        List<RunId> runs =
                IntStream.range(0, 250).mapToObj(i -> new RunId("r" + i)).toList();
        runs.forEach(run -> store(first, run.value(), "removed", RunState.SUBMITTED, TIMEOUT.plusMinutes(1)));
        for (int i = 0; i < 3; i++) {
            impatient();
        }

        await().atMost(PATIENCE)
                .until(() -> runs.stream().allMatch(run -> processes.head(run).state() == RunState.FAILED));
        assertThat(runs)
                .allSatisfy(run -> assertThat(processes.head(run).fence()).isEqualTo(2));
    }

    private HostedAgents impatient() {
        return processes.one(setup(256));
    }

    private static HostedAgents.Setup setup(int taken) {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(2));
        RunLimits usual = setup.runLimits;
        setup.runLimits = new RunLimits(
                usual.lease(), usual.pollInterval(), usual.inputTimeout(), TIMEOUT, usual.keep(), 5, taken, 0, null);
        return setup;
    }

    private static void store(HostedAgents by, String id, String agent, RunState state, Duration dueSince) {
        @Nullable String holder = state == RunState.WORKING ? "died" : null;
        Payload input = RunInput.of(
                        Caller.of("acme", "ada"),
                        AgentRequest.to(agent).text("go").build())
                .store();
        by.storage.commit(Commit.in(ACME)
                .start(new RunStart(
                        new RunId(id),
                        "begun",
                        agent,
                        null,
                        state,
                        1,
                        input,
                        null,
                        holder,
                        Due.at(Instant.now().minus(dueSince)),
                        null))
                .build());
    }
}
