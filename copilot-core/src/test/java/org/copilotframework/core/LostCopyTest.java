package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody deletes the private copy of a plugin that serves. */
class LostCopyTest {
    @RegisterExtension
    private final TestBed bed = TestBed.started();

    @Test
    void aReloadSaysThatTheCopyIsGoneAndWhatServedServesOn() throws Exception {
        Path archive = PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .build(bed.built());
        bed.plugins().install(archive);
        assertThat(bed.ask("good")).isEqualTo("good");
        Path copy = bed.home()
                .resolve("plugins")
                .resolve(bed.status("good").digest())
                .resolve("plugin.jar");
        Files.delete(copy);

        assertThatThrownBy(() -> bed.plugins().reload("good"))
                .hasMessageContaining(copy + " is gone; install it again");
        assertThat(bed.ask("good")).isEqualTo("good");
        bed.plugins().install(archive);
        assertThat(bed.plugins().reload("good").agents()).containsExactly("good");
    }
}
