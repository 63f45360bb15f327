package org.copilotframework.testkit;

import static org.copilotframework.testkit.CopilotAssertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginChecksTest {
    @TempDir
    Path folder;

    @Test
    void whatAHostWouldRefuseFailsWithAllThatIsWrong() throws IOException {
        Path archive = CompiledPlugin.of(folder, """
                        public AgentReply handle(AgentRequest request, AgentContext context) {
                            return AgentReply.text("");
                        }
                        """)
                .told("manifest.Copilot-Api", "7")
                .told("manifest.Plugin-Version", "one")
                .pack();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> PluginChecks.assertPackaged(archive))
                .withMessageContaining("Copilot-Api")
                .withMessageContaining("Plugin-Version");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> PluginChecks.assertUnloads(archive, client -> {}))
                .withMessageContaining("Copilot-Api");
    }

    @Test
    void aThreadThatIsLeftBehindIsNamed() throws IOException {
        Path archive = CompiledPlugin.of(folder, """
                        public AgentReply handle(AgentRequest request, AgentContext context) {
                            Thread thread = new Thread(() -> {
                                try { Thread.sleep(600000); } catch (InterruptedException ended) { }
                            }, "left-by-probe");
                            thread.setDaemon(true);
                            thread.start();
                            return AgentReply.text("");
                        }
                        """).pack();
        try {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> PluginChecks.assertUnloads(
                            archive, client -> client.invoke("probe", "x"), Duration.ofSeconds(3)))
                    .withMessageContaining("probe")
                    .withMessageContaining("left-by-probe")
                    .withMessageContaining("stop()");
        } finally {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("left-by-probe"))
                    .forEach(Thread::interrupt);
        }
    }

    @Test
    void aTestThatKeepsAPluginsClassIsTold() throws IOException {
        Path archive = CompiledPlugin.of(folder, """
                        public AgentReply handle(AgentRequest request, AgentContext context) {
                            System.getProperties().put("probe.kept", getClass());
                            return AgentReply.text("");
                        }
                        """).pack();
        try {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> PluginChecks.assertUnloads(
                            archive, client -> client.invoke("probe", "x"), Duration.ofSeconds(3)))
                    .withMessageContaining("something that cannot be seen")
                    .withMessageContaining("the test itself");
        } finally {
            System.getProperties().remove("probe.kept");
        }
    }
}
