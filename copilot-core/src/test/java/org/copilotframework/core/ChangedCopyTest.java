package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where archives must show anything, no copy that was changed while the host ran is loaded, whatever loads it anew. */
class ChangedCopyTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty().with("copilot.plugins.trust", "digest");

    private static PluginJars x(String version) {
        return PluginJars.plugin("x", version).agent("x", "return AgentReply.text(\"" + version + "\");");
    }

    private static PluginJars y(String swap, String answer) {
        return PluginJars.plugin("y", "1.0.0")
                .manifest("Copilot-Swap", swap)
                .dependsOn("x")
                .agent("y", "return AgentReply.text(\"" + answer + "\");");
    }

    private void install(PluginJars plugin) throws IOException, NoSuchAlgorithmException {
        Path archive = plugin.buildZip(bed.built());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
        bed.plugins().install(archive, HexFormat.of().formatHex(digest));
    }

    /** Puts another class into the place of the one that was unpacked of y. */
    private void change(PluginJars other) throws IOException {
        Path archive = other.named("other").buildZip(bed.built());
        try (ZipFile zip = new ZipFile(archive.toFile());
                Stream<Path> files = Files.walk(bed.home().resolve("plugins"))) {
            byte[] forged =
                    zip.getInputStream(zip.getEntry("classes/plugin/y/Y.class")).readAllBytes();
            List<Path> unpacked =
                    files.filter(file -> file.endsWith("plugin/y/Y.class")).toList();
            assertThat(unpacked).hasSize(1);
            Files.write(unpacked.get(0), forged);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rolling", "exclusive"})
    void whatIsLoadedAnewWithAnotherIsLookedAtAgain(String swap) throws Exception {
        bed.start();
        install(x("1.0.0"));
        install(y(swap, "good"));
        assertThat(bed.plugins().reload("x").reloaded()).containsExactly("y");
        change(y(swap, "evil"));

        assertThatThrownBy(() -> bed.plugins().reload("x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("plugin y 1.0.0", "is not what was unpacked from it", "serves on");
        assertThatThrownBy(() -> install(x("2.0.0"))).hasMessageContaining("is not what was unpacked from it");
        assertThatThrownBy(() -> bed.plugins().reload("y")).hasMessageContaining("is not what was unpacked from it");
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        assertThat(bed.ask("y")).isEqualTo("good");
    }
}
