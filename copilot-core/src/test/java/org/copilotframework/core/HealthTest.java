package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health is told whatever the agents do. */
class HealthTest {
    @TempDir
    Path home;

    private final AtomicBoolean letGo = new AtomicBoolean();
    private final AtomicInteger spinning = new AtomicInteger();
    private final int spinners = 2 * Runtime.getRuntime().availableProcessors();

    @AgentInfo(name = "spins")
    private final class Spins implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            spinning.incrementAndGet();
            while (!letGo.get()) {
                Thread.onSpinWait();
            }
            return AgentReply.text("ended");
        }
    }

    @AgentInfo(name = "echo")
    private static final class Echo implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(request.text());
        }
    }

    private Orchestrator started() {
        return Orchestrator.builder()
                .home(home)
                .agent(new Spins())
                .agent(new Echo())
                .setting("copilot.invoke.agent-concurrency", Integer.toString(spinners))
                .setting("copilot.invoke.queue", "0")
                .setting("copilot.plugins.drain-timeout", "1ms")
                .start();
    }

    @Test
    void agentsThatComputeForEverStopNeitherHealthNorAnotherAgentNorShedding() {
        try (Orchestrator copilot = started()) {
            assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
            Client client = copilot.forCaller(Caller.of("acme", "ann"));
            for (int i = 0; i < spinners; i++) {
                client.submit(AgentRequest.to("spins").text("go").build());
            }
            for (int i = 0; i < 20; i++) {
                assertThat(client.invoke("echo", "hello " + i).text()).isEqualTo("hello " + i);
                assertThat(copilot.health().parts())
                        .extracting(Health.Part::name)
                        .containsExactly("plugins", "calls", "storage");
            }
            await().until(() -> spinning.get() == spinners || starved(copilot));
            assertThatThrownBy(() -> client.invoke("spins", "one more")).isInstanceOf(UnavailableException.class);
            letGo.set(true);
            await().until(() -> copilot.health().status() == Health.Status.OK);
        } finally {
            letGo.set(true);
        }
    }

    @Test
    void agentsThatIgnoreTheirEndAreNamed() {
        try (Orchestrator copilot = started()) {
            Client client = copilot.forCaller(Caller.of("acme", "ann"));
            AgentRequest hasty = AgentRequest.to("spins")
                    .text("go")
                    .timeout(Duration.ofMillis(100))
                    .build();
            assertThatThrownBy(() ->
                            client.submit(hasty).reply().toCompletableFuture().join())
                    .hasMessageContaining("did not reply within");

            Health.Part calls = calls(copilot);
            assertThat(calls.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(calls.reason()).contains("1 calls ignore their cancellation");
            await().until(() -> calls(copilot).reason().contains("[spins]"));
            letGo.set(true);
            await().until(() -> copilot.health().status() == Health.Status.OK);
        } finally {
            letGo.set(true);
        }
    }

    private static Health.Part calls(Orchestrator copilot) {
        return copilot.health().parts().stream()
                .filter(part -> part.name().equals("calls"))
                .findFirst()
                .orElseThrow();
    }

    private static boolean starved(Orchestrator copilot) {
        return calls(copilot).reason().contains("occupy all virtual threads");
    }
}
