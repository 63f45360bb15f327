package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.security.encryption.Stored.ACME;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs while their tenant's key cannot be had. */
class RunWithoutKeyTest {
    @TempDir
    private Path folder;

    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();

    /** Is done with it when it is woken. */
    @AgentInfo(name = "sleeper")
    private static final class Sleeper implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return context.activation() == 1
                    ? AgentReply.resumeAt(Instant.now().plusMillis(200), "sleeps")
                    : AgentReply.text("awake, and knows " + request.text());
        }
    }

    @Test
    void aRunWhoseKeyCannotBeHadWaitsForItAndIsNotCountedAsTried() {
        try (Orchestrator copilot = orchestrator()) {
            Run run = copilot.forCaller(Caller.of(ACME.value(), "ann"))
                    .submit(AgentRequest.to("sleeper").text("this").build());
            await().until(() -> head(run.id()).activation() == 2);
            ring.placeDown = true;
            ring.pass(Keyring.SETTINGS.keyLife());
            long fence = head(run.id()).fence();
            // Each time it is taken and handed back it has two more; it may be tried once.
            await().atMost(Duration.ofSeconds(30)).until(() -> head(run.id()).fence() >= fence + 5);
            assertThat(head(run.id()).state()).isIn(RunState.SUBMITTED, RunState.WORKING);
            assertThat(head(run.id()).attempt()).isLessThanOrEqualTo(1);

            ring.placeDown = false;
            ring.pass(LookMemory.PAUSE);
            assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("awake, and knows this");
        }
    }

    private RunHead head(RunId run) {
        return plain.runs().find(ACME, run).orElseThrow().head();
    }

    private Orchestrator orchestrator() {
        Storage storage = ring.node().storage(plain);
        storage.migrate();
        return Orchestrator.builder()
                .home(folder)
                .storage(storage)
                .setting("copilot.runs.max-attempts", "1")
                .setting("copilot.runs.lease", "1s")
                .setting("copilot.runs.poll-interval", "50ms")
                .agent(new Sleeper())
                .start();
    }
}
