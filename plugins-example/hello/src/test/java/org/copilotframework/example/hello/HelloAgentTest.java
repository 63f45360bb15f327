package org.copilotframework.example.hello;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import org.copilotframework.api.client.Client;
import org.copilotframework.testkit.CopilotExtension;
import org.copilotframework.testkit.PluginChecks;
import org.copilotframework.testkit.PluginUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HelloAgentTest {
    @RegisterExtension
    static final CopilotExtension copilot =
            CopilotExtension.builder().pluginUnderTest().build();

    @Test
    void greetsWhoeverAsks(Client client) {
        assertThat(client.invoke("hello", "world")).hasText("Hello, world!");
    }

    @Test
    void isPackedAsAHostWantsIt() {
        assertThat(PluginChecks.assertPackaged(PluginUnderTest.archive()).warnings())
                .isEmpty();
    }

    @Test
    void leavesNothingBehind() {
        PluginChecks.assertUnloads(PluginUnderTest.archive(), client -> client.invoke("hello", "world"));
    }
}
