package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is remembered in a home: two hosts on one, one host on two folders, and a home whose memory is damaged. */
class SharedHomeTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private static PluginJars plugin(String id, String version) {
        return PluginJars.plugin(id, version).agent(id, "return AgentReply.text(\"" + version + "\");");
    }

    private Orchestrator second(Path inbox) {
        return Orchestrator.builder()
                .home(bed.home())
                .plugins(inbox)
                .setting("copilot.plugins.poll-interval", "20ms")
                .start();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(bed.built().resolve(name));
    }

    private static String ask(Orchestrator copilot, String agent) {
        return copilot.forCaller(Caller.local()).invoke(agent, "?").text();
    }

    private List<String> copies() throws IOException {
        try (Stream<Path> files = Files.list(bed.home().resolve("plugins"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.length() == 64)
                    .sorted()
                    .toList();
        }
    }

    /** So that nothing protects the copies but that somebody needs them. */
    private void elevenMinutesPass() throws IOException {
        FileTime then = FileTime.from(Instant.now().minusSeconds(660));
        for (String copy : copies()) {
            Files.setLastModifiedTime(bed.home().resolve("plugins").resolve(copy), then);
        }
    }

    @Test
    void aSecondProcessOnAHomeForgetsNothingAndDeletesNothing() throws IOException {
        plugin("x", "1.0.0").build(bed.inbox());
        bed.start();
        bed.plugins().install(plugin("y", "1.0.0").build(bed.built()));
        elevenMinutesPass();
        List<String> before = copies();
        Path other = folder("other");
        plugin("z", "1.0.0").build(other);
        try (Orchestrator second = second(other)) {
            assertThat(ask(second, "y")).isEqualTo("1.0.0");
            assertThat(ask(second, "z")).isEqualTo("1.0.0");
            assertThat(second.agents().find("x")).isEmpty();
        }
        assertThat(copies()).isEqualTo(before);
        assertThat(new DesiredSet(bed.home(), false, 3).find("x")).isPresent();
        assertThat(new DesiredSet(bed.home(), false, 3).find("z")).isEmpty();
        bed.restart();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        assertThat(bed.ask("y")).isEqualTo("1.0.0");
    }

    @Test
    void onlyTheFirstProcessOnAHomeChangesWhatIsInstalled() throws IOException {
        bed.start();
        Path archive = plugin("y", "1.0.0").build(bed.built());
        bed.plugins().install(archive);
        Path next = plugin("y", "1.1.0").build(bed.built());
        try (Orchestrator second = second(folder("other"))) {
            assertThat(second.plugins().install(archive).kind()).isEqualTo(PluginChange.Kind.UNCHANGED);
            assertThatThrownBy(() -> second.plugins().install(next))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("another process works with this copilot.home");
            assertThatThrownBy(() -> second.plugins().remove("y")).isInstanceOf(ConflictException.class);
            assertThatThrownBy(() -> second.plugins().rollback("y")).isInstanceOf(ConflictException.class);
            assertThat(second.plugins().anotherHasTheHome()).isTrue();
            assertThat(bed.plugins().anotherHasTheHome()).isFalse();
            bed.plugins().install(next);
            // A reload is of the plugin in this process, and so of what it took when it started.
            assertThat(second.plugins().reload("y").to()).isEqualTo("1.0.0");
            assertThat(ask(second, "y")).isEqualTo("1.0.0");
        }
        bed.close();
        bed.start();
        assertThat(bed.ask("y")).isEqualTo("1.1.0");
        assertThat(bed.plugins().rollback("y").to()).isEqualTo("1.0.0");
    }

    @Test
    void whatServedFromAFolderIsKnownAgainThoughAnotherFolderWasWatchedMeanwhile() throws IOException {
        plugin("x", "1.0.0").named("x").build(bed.inbox());
        bed.start();
        plugin("x", "1.1.0").named("x").build(bed.inbox());
        await().until(() -> bed.ask("x").equals("1.1.0"));
        bed.close();
        second(folder("other")).close();
        bed.start();
        assertThat(bed.plugins().rollback("x").to()).isEqualTo("1.0.0");
    }

    @Test
    void aDamagedMemoryCostsNoInstalledArchive() throws IOException {
        bed.start();
        bed.plugins().install(plugin("y", "1.0.0").build(bed.built()));
        bed.close();
        Path file = bed.home().resolve("plugins").resolve("desired.properties");
        String content = Files.readString(file);
        Files.writeString(file, "cut");
        elevenMinutesPass();
        bed.start().restart();
        assertThat(copies()).hasSize(1);
        bed.close();
        Files.writeString(file, content);
        bed.start();
        assertThat(bed.ask("y")).isEqualTo("1.0.0");
    }

    @Test
    void afterItsEndAnotherHostHasTheHome() {
        bed.start();
        Plugins plugins = bed.plugins();
        bed.restart();
        Path archive = plugin("y", "1.0.0").build(bed.built());
        assertThat(bed.plugins().install(archive).kind()).isEqualTo(PluginChange.Kind.INSTALLED);
        assertThatThrownBy(() -> plugins.install(archive)).isInstanceOf(UnavailableException.class);
    }
}
