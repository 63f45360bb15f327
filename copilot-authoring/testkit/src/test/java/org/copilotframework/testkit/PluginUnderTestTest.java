package org.copilotframework.testkit;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;
import static org.copilotframework.testkit.CopilotAssertions.assertThatIllegalStateException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginUnderTestTest {
    private static final String ECHO = """
            public AgentReply handle(AgentRequest request, AgentContext context) {
                return AgentReply.text(request.text());
            }
            """;

    @TempDir
    Path folder;

    @Test
    void classesAloneBecomeAJarThatAHostAccepts() throws IOException {
        Path archive = CompiledPlugin.of(folder, ECHO)
                .told("manifest.Plugin-Version", "1.2.3")
                .pack();
        assertThat(archive).hasExtension("jar");
        assertThat(PluginChecks.assertPackaged(archive)).satisfies(check -> {
            assertThat(check.id()).isEqualTo("probe");
            assertThat(check.version()).isEqualTo("1.2.3");
            assertThat(check.extensions()).containsExactly("plugin.Probe");
            assertThat(check.warnings()).isEmpty();
        });
    }

    @Test
    void librariesMakeItAZipAndAreThereForTheAgent() throws IOException {
        Path source = Files.writeString(
                folder.resolve("Words.java"),
                "package words; public class Words { public static String loud(String word) { return word.toUpperCase(); } }");
        Path library = CompiledPlugin.compile(source, folder.resolve("words"), List.of());
        Path archive = CompiledPlugin.of(folder.resolve("plugin"), """
                        public AgentReply handle(AgentRequest request, AgentContext context) {
                            return AgentReply.text(words.Words.loud(request.text()));
                        }
                        """, List.of(library))
                .told("libraries", jar(library) + File.pathSeparator + library)
                .pack();
        assertThat(archive).hasExtension("zip");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()).toList())
                    .contains("classes/plugin/Probe.class", "lib/words-1.0.jar", "lib/module.jar");
        }
        PluginChecks.assertUnloads(
                archive, client -> assertThat(client.invoke("probe", "hello")).hasText("HELLO"));
    }

    @Test
    void withoutThePropertiesTheMessageNamesTheFix() throws IOException {
        CompiledPlugin plugin = CompiledPlugin.of(folder, ECHO).untold("manifest.Plugin-Id");
        assertThatIllegalStateException()
                .isThrownBy(plugin::pack)
                .withMessageContaining("copilot-testkit.manifest.Plugin-Id")
                .withMessageContaining("copilot-plugin-parent");
        assertThatIllegalStateException()
                .isThrownBy(PluginUnderTest::archive)
                .withMessageContaining("copilot-testkit.classes")
                .withMessageContaining("plugin(Path)");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        plugin.told("libraries", "${copilot.plugin.libraries}").pack())
                .withMessageContaining("copilot-testkit.libraries");
        assertThatIllegalStateException()
                .isThrownBy(() -> plugin.told("classes", folder.resolve("none").toString())
                        .pack())
                .withMessageContaining("mvn test");
    }

    private Path jar(Path classes) throws IOException {
        Path jar = folder.resolve("words-1.0.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("words/Words.class"));
            Files.copy(classes.resolve("words/Words.class"), zip);
        }
        return jar;
    }
}
