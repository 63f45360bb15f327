package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.storage.MemoryStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored can be seen to without any agent. */
class StoredDataTest {
    private static final TenantId ACME = new TenantId("acme");

    @TempDir
    Path home;

    private final Storage storage = new MemoryStorage(100);

    @AgentInfo(name = "order")
    private static final class Order implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            if (context.activation() == 1) {
                context.blobs().write("order.txt", out -> out.write(1));
            }
            return context.activation() == 1
                    ? AgentReply.inputRequired("Really?")
                    : AgentReply.text("You said " + request.text());
        }
    }

    @Test
    void sessionsAndRunsAreSeenAndRunsAreCanceledWithoutTheirAgent() {
        RunId id = begin();

        try (StoredData data = builder().openData()) {
            assertThat(data.sessions()
                            .find(ACME, new SessionId("s1"))
                            .orElseThrow()
                            .version())
                    .isEqualTo(1);
            RunSummary summary = data.runs().summary(ACME, id).orElseThrow();
            assertThat(summary.agent()).isEqualTo("order");
            assertThat(summary.state()).isEqualTo(RunState.INPUT_REQUIRED);
            Run run = data.runs().find(ACME, id).orElseThrow();
            assertThat(run.question()).map(Message::text).contains("Really?");
            assertThat(run.cancel("enough")).isTrue();
        }
        assertThat(storage.runs().find(ACME, id).orElseThrow().head().state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void anInputThatIsGivenWithoutTheAgentWaitsForIt() throws Exception {
        RunId id = begin();
        try (StoredData data = builder().openData()) {
            data.runs().find(ACME, id).orElseThrow().input(Message.user("yes"));
        }
        assertThat(storage.runs().find(ACME, id).orElseThrow().head().state()).isEqualTo(RunState.SUBMITTED);

        try (Orchestrator later = builder().agent(new Order()).start()) {
            Run run = later.runs().find(ACME, id).orElseThrow();
            assertThat(run.reply().toCompletableFuture().get().text()).isEqualTo("You said yes");
        }
    }

    @Test
    void whatBecomesOfARunIsLearnedWhereItsAgentIsNot() {
        RunId id = begin();
        try (StoredData data = builder().openData();
                Orchestrator elsewhere = Orchestrator.builder()
                        .home(home.resolve("elsewhere"))
                        .storage(storage)
                        .agent(new Order())
                        .start()) {
            Run run = data.runs().find(ACME, id).orElseThrow();
            run.input(Message.user("yes"));

            assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("You said yes");
            assertThat(elsewhere.runs().summary(ACME, id).orElseThrow().state()).isEqualTo(RunState.COMPLETED);
        }
    }

    @Test
    void aSessionIsDeletedWithItsRuns() {
        RunId id = begin();
        try (StoredData data = builder().openData()) {
            assertThat(data.sessions().delete(ACME, new SessionId("other"))).isEqualTo(new DeletedSession(false, 0));
            assertThat(data.runs().summary(ACME, id)).isPresent();
            assertThat(data.sessions().delete(ACME, new SessionId("s1"))).isEqualTo(new DeletedSession(true, 1));
            assertThat(data.runs().list(ACME, null, null, 10)).isEmpty();
        }
    }

    @Test
    void aRunIsDeletedAndItsSessionStays() {
        RunId id = begin();
        try (StoredData data = builder().openData()) {
            assertThat(data.runs().delete(ACME, id)).isTrue();
            assertThat(data.runs().delete(ACME, id)).isFalse();
            assertThat(data.sessions().list(ACME, null, 10)).hasSize(1);
        }
    }

    @Test
    void aTenantIsErasedWithItsFiles() {
        begin();
        try (StoredData data = builder().openData()) {
            assertThat(data.erase(ACME)).isEqualTo(new Erased(2, 1));
            assertThat(data.erase(ACME)).isEqualTo(new Erased(0, 0));
            assertThat(data.sessions().list(ACME, null, 10)).isEmpty();
        }
    }

    @Test
    void aStoreIsOpenedByItsUrlAlone() {
        try (Storage opened = Orchestrator.builder()
                .defaultSetting("copilot.storage.url", "memory:${copilot.home}")
                .home(home)
                .openStorage()) {
            opened.check();
        }
        assertThat(home).isEmptyDirectory();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Orchestrator.builder()
                        .setting("copilot.storage.url", "tape:reel")
                        .openStorage())
                .withMessageContaining("copilot.storage.url");
    }

    @Test
    void aStoreIsCopiedWithTheBuildersSettings() {
        begin();
        Storage target = new MemoryStorage(100);

        StoreTotals totals = builder().copyStorage(storage, target, (what, done, total) -> {});

        assertThat(totals.runs()).isEqualTo(1);
        assertThat(target.sessions().list(ACME, null, 10)).hasSize(1);
    }

    /** A run that waits for an answer, in a session. */
    private RunId begin() {
        try (Orchestrator copilot = builder().agent(new Order()).start()) {
            AgentReply reply = copilot.forCaller(Caller.of("acme", "ann"))
                    .invoke(AgentRequest.to("order")
                            .text("shoes")
                            .session("s1")
                            .timeout(Duration.ofSeconds(30))
                            .build());
            return reply.run().orElseThrow();
        }
    }

    private OrchestratorBuilder builder() {
        return Orchestrator.builder().home(home).storage(storage);
    }
}
