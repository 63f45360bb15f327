package org.copilotframework.core.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on embedding says of an orchestrator as an application sees it. */
class EmbedTest {
    @TempDir
    Path folder;

    /** An agent of the application: knows its life and reads settings. */
    @AgentInfo(name = "own", description = "An agent of the application.")
    private static final class Own implements Agent {
        private record Settings(@Default("Hello") String greeting) {}

        private final List<String> life = new ArrayList<>();
        private String greeting = "";

        @Override
        public void start(PluginContext plugin) {
            life.add("start");
            greeting = plugin.settings(Settings.class).greeting();
        }

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(greeting + ", " + context.caller().tenant() + " on "
                    + Thread.currentThread().getId());
        }

        @Override
        public void stop() {
            life.add("stop");
        }
    }

    private OrchestratorBuilder builder() {
        return Orchestrator.builder().home(folder.resolve("home"));
    }

    @Test
    void anAgentOfTheApplicationStartsAndStopsWithTheOrchestratorAndReadsItsSettings() {
        Own own = new Own();
        try (Orchestrator copilot = builder()
                .agent(own)
                .setting("copilot.plugin.own.greeting", "Hi")
                .start()) {
            assertThat(own.life).containsExactly("start");
            Client client = copilot.forCaller(Caller.of("acme", "alice"));
            assertThat(client.invoke("own", "?").text()).startsWith("Hi, acme on ");
            assertThat(copilot.agents().find("own").orElseThrow().plugin()).isEmpty();
        }
        assertThat(own.life).containsExactly("start", "stop");
    }

    @Test
    void anAgentOfTheApplicationWinsItsNameOverAnyPlugin() {
        PluginJars.plugin("other", "1.0.0")
                .agent("own", "return AgentReply.text(\"plugin\");")
                .build(folder.resolve("plugins"));
        try (Orchestrator copilot =
                builder().agent(new Own()).plugins(folder.resolve("plugins")).start()) {
            assertThat(copilot.forCaller(Caller.local()).invoke("own", "?").text())
                    .startsWith("Hello, local");
            PluginStatus other = copilot.plugins().list().get(0);
            assertThat(other.state()).isEqualTo(PluginState.FAILED);
            assertThat(other.reason()).contains("'own'", "the application itself");
        }
    }

    @Test
    void anAgentOfTheApplicationThatDoesNotStartFailsTheStart() {
        Agent bad = new Agent() {
            @Override
            public AgentReply handle(AgentRequest request, AgentContext context) {
                return AgentReply.text("");
            }
        };
        assertThatThrownBy(() -> builder().agent(bad).start())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("@AgentInfo");
    }

    @Test
    void onTheCallersThreadTheAgentRunsThere() {
        try (Orchestrator copilot = builder().agent(new Own()).start()) {
            Client client = copilot.forCaller(Caller.local());
            String here = "on " + Thread.currentThread().getId();
            assertThat(client.onCallerThread().invoke("own", "?").text()).endsWith(here);
            assertThat(client.invoke("own", "?").text()).doesNotEndWith(here);
        }
    }

    @Test
    void scopesSayWhoMayCallWhat() {
        try (Orchestrator copilot = builder().agent(new Own()).start()) {
            assertThat(copilot.forCaller(Caller.of("acme", "a", java.util.Set.of("agents:invoke:own")))
                            .invoke("own", "?")
                            .text())
                    .contains("acme");
            Client other = copilot.forCaller(Caller.of("acme", "b", java.util.Set.of("agents:invoke:billing")));
            assertThatThrownBy(() -> other.invoke("own", "?")).isInstanceOf(ForbiddenException.class);
        }
    }

    @Test
    void aFolderOfPluginsThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> builder().plugins(folder.resolve("none")).start())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugins.dir");
    }

    @Test
    void afterItsEndItTakesNothingAndSaysSo() {
        Orchestrator copilot = builder().agent(new Own()).start();
        Client client = copilot.forCaller(Caller.local());
        assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
        copilot.close();
        copilot.close();
        assertThat(copilot.health().status()).isEqualTo(Health.Status.DOWN);
        assertThatThrownBy(() -> client.invoke("own", "?")).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> copilot.plugins().install(folder.resolve("any.jar")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("is closed");
    }
}
