package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.RUN;

import java.nio.file.Path;
import java.time.Duration;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.run.RunInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs while their tenant's key cannot be had. */
class RunWithoutKeyTest {
    @TempDir
    private Path folder;

    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();

    @AgentInfo(name = Stored.AGENT)
    private static final class Answers implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text("knows " + request.text());
        }
    }

    @Test
    void aRunWhoseKeyCannotBeHadWaitsForItAndIsNotCountedAsTried() {
        Storage storage = ring.node().storage(plain);
        storage.migrate();
        storage.commit(Commit.in(ACME).start(Stored.run(RUN, input())).build());
        ring.placeDown = true;
        ring.pass(Keyring.SETTINGS.keyLife());
        try (Orchestrator copilot = orchestrator(storage)) {
            assertThat(copilot.health().parts()).isNotEmpty();
            // Taken, handed back, taken again: it may be tried once.
            await().atMost(Duration.ofSeconds(30)).until(() -> head().fence() >= 4);
            assertThat(head().state()).isIn(RunState.SUBMITTED, RunState.WORKING);
            assertThat(head().attempt()).isLessThanOrEqualTo(1);

            ring.placeDown = false;
            ring.pass(LookMemory.PAUSE);
            await().atMost(Duration.ofSeconds(30)).until(() -> head().state().terminal());
            assertThat(head().state()).isEqualTo(RunState.COMPLETED);
        }
    }

    private static Payload input() {
        return RunInput.of(
                        Caller.of(ACME.value(), "ann"),
                        AgentRequest.to(Stored.AGENT).text("this").build())
                .store();
    }

    private RunHead head() {
        return plain.runs().find(ACME, RUN).orElseThrow().head();
    }

    private Orchestrator orchestrator(Storage storage) {
        return Orchestrator.builder()
                .home(folder)
                .storage(storage)
                .setting("copilot.runs.max-attempts", "2")
                .setting("copilot.runs.lease", "1s")
                .setting("copilot.runs.poll-interval", "50ms")
                .agent(new Answers())
                .start();
    }
}
