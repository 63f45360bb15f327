package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.fixture.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that cannot be made, as on a read-only file system; being below a file works for every user and system. */
class ReadOnlyHomeTest {
    @TempDir
    Path folder;

    @Test
    void theImagesPluginsServeAndInstallingIsRefused() throws IOException {
        Path home = Files.createFile(folder.resolve("file")).resolve("home");
        Path image = folder.resolve("image");
        PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .build(image);
        Path more = PluginJars.plugin("more", "1.0.0")
                .agent("more", "return AgentReply.text(\"more\");")
                .build(folder.resolve("built"));
        try (Orchestrator copilot =
                Orchestrator.builder().home(home).plugins(image).start()) {
            assertThat(copilot.forCaller(Caller.local()).invoke("good", "?").text())
                    .isEqualTo("good");
            assertThatThrownBy(() -> copilot.plugins().install(more))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("copilot.home");
            assertThat(copilot.plugins().reload("good").agents()).containsExactly("good");
        }
    }
}
