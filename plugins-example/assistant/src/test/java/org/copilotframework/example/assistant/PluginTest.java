package org.copilotframework.example.assistant;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;
import static org.copilotframework.testkit.CopilotAssertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.testkit.CopilotExtension;
import org.copilotframework.testkit.PluginChecks;
import org.copilotframework.testkit.PluginUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plugin as its host sees it. */
class PluginTest {
    @RegisterExtension
    static final CopilotExtension copilot =
            CopilotExtension.builder().pluginUnderTest().build();

    @Test
    void withoutSettingsItIsThereAndSaysWhatToSet(Client client, Orchestrator orchestrator) {
        assertThat(orchestrator.health().status()).isEqualTo(Health.Status.OK);
        assertThat(orchestrator.agents().find("assistant")).isPresent();
        assertThatThrownBy(() -> client.invoke("assistant", "hi"))
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("copilot.plugin.assistant.base-url and copilot.plugin.assistant.model")
                .hasMessageContaining("COPILOT_PLUGIN_ASSISTANT_BASE_URL and COPILOT_PLUGIN_ASSISTANT_MODEL");
    }

    @Test
    void isPackedAsAHostWantsIt() {
        assertThat(PluginChecks.assertPackaged(PluginUnderTest.archive()).warnings())
                .isEmpty();
    }

    @Test
    void leavesNothingBehindAfterItHasTalkedToItsEndpoint() {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint()) {
            endpoint.says("hello");
            System.setProperty("copilot.plugin.assistant.base-url", endpoint.url());
            System.setProperty("copilot.plugin.assistant.model", "scripted");
            PluginChecks.assertUnloads(
                    PluginUnderTest.archive(),
                    client ->
                            assertThat(client.invoke("assistant", "hi").text()).isEqualTo("hello"));
        } finally {
            System.clearProperty("copilot.plugin.assistant.base-url");
            System.clearProperty("copilot.plugin.assistant.model");
        }
    }

    @Test
    void theKeyIsShownByNobody() {
        assertThat(settings("http://127.0.0.1:1/v1", "sk-secret").toString()).doesNotContain("sk-secret");
        assertThatThrownBy(() -> settings("http://127.0.0.1:1/v1", "sk-sec\nret"))
                .hasMessageContaining("api-key")
                .satisfies(wrong -> assertThat(wrong.getMessage()).doesNotContain("ret"));
        assertThatThrownBy(() -> settings("http://me:secret@127.0.0.1:1/v1", "k"))
                .hasMessageContaining("base-url")
                .satisfies(wrong -> assertThat(wrong.getMessage()).doesNotContain("secret"));
    }

    private static AssistantSettings settings(String url, String key) {
        return new AssistantSettings(
                Optional.of(URI.create(url)),
                Optional.of("scripted"),
                Optional.of(Secret.of(key)),
                "",
                20,
                List.of("*"),
                List.of(),
                10,
                3,
                Duration.ofSeconds(60),
                Optional.empty(),
                Optional.empty());
    }
}
