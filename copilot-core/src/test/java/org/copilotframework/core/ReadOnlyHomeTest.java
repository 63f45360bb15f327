package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.testplugins.PluginJars;
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

    @Test
    void aVolumeThatCannotBeWrittenIsTheSourceToo() throws IOException {
        Path volume = folder.resolve("volume");
        PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .build(volume);
        // For a user who may write everywhere the bits say nothing; then this shows only that nothing is written.
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(volume);
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("r-xr-xr-x"));
        FileTime changed = Files.getLastModifiedTime(volume);
        try (Orchestrator copilot = Orchestrator.builder()
                .home(folder.resolve("home"))
                .plugins(volume)
                .start()) {
            assertThat(copilot.forCaller(Caller.local()).invoke("good", "?").text())
                    .isEqualTo("good");
            assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
        } finally {
            Files.setPosixFilePermissions(volume, before);
        }
        assertThat(Files.getLastModifiedTime(volume)).isEqualTo(changed);
    }
}
