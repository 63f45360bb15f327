package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.spi.storage.RunHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run is there for others from the moment at which the store has it, which is before whoever submits it knows. */
class SeenBeforeAcknowledgedTest {
    private static final TenantId ACME = new TenantId("acme");

    private final SlowStorage storage = new SlowStorage();
    private final HostedAgents agents;

    SeenBeforeAcknowledgedTest() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.storage = storage;
        agents = new HostedAgents(setup).with("echo", (request, context) -> AgentReply.text(request.text()));
    }

    @AfterEach
    void close() {
        agents.close();
    }

    /** What is in the store, by whoever looks now. */
    private Optional<Run> found() {
        List<RunHead> heads = storage.runs().list(ACME, null, null, 10);
        return heads.stream().findFirst().flatMap(head -> agents.dispatcher.run(ACME, head.id()));
    }

    @Test
    void whoeverFindsItInTheStoreIsToldHowItEnds() throws Exception {
        AtomicReference<Optional<Run>> seen = new AtomicReference<>(Optional.empty());
        storage.committed = () -> {
            if (seen.get().isEmpty()) {
                seen.set(found());
            }
        };

        Run submitted =
                agents.client().submit(AgentRequest.to("echo").text("hi").build());

        assertThat(seen.get().orElseThrow()).isSameAs(submitted);
        assertThat(seen.get()
                        .orElseThrow()
                        .reply()
                        .toCompletableFuture()
                        .get(1, TimeUnit.MINUTES)
                        .text())
                .isEqualTo("hi");
    }

    @Test
    void oneThatTheStoreRefusesIsNotShown() {
        storage.brokenCommits = true;

        assertThatThrownBy(() -> agents.client()
                        .submit(AgentRequest.to("echo").text("hi").build()))
                .isInstanceOf(RuntimeException.class);

        assertThat(found()).isEmpty();
    }
}
