package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.copilotframework.core.PluginKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which kind an archive says it is, in whatever way a manifest may say it. */
class ArchiveGlanceTest {
    private static final String ID = "Manifest-Version: 1.0\r\nPlugin-Id: x\r\n";

    @TempDir
    Path folder;

    private PluginKind kind(String entry, String text) throws IOException {
        Path file = folder.resolve("x.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return ArchiveGlance.of(file, ArchiveLimits.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Copilot-Plugin-Kind: provider\r\n",
                "COPILOT-PLUGIN-KIND: provider\r\n",
                "copilot-plugin-kind: prov\r\n ider\r\n",
                "A-Long-One: 0123456789012345678901234567890123456789012345678901234567\r\n 890\r\nCopilot-Plugin-Kind:"
                        + " provider\r\n"
            })
    void aManifestSaysItInAnyCaseAndOverSeveralLines(String attribute) throws IOException {
        assertThat(kind("META-INF/MANIFEST.MF", ID + attribute)).isEqualTo(PluginKind.PROVIDER);
        assertThat(kind("classes/META-INF/MANIFEST.MF", ID + attribute)).isEqualTo(PluginKind.PROVIDER);
    }

    @Test
    void propertiesSayItToo() throws IOException {
        assertThat(kind("plugin.properties", "plugin.id=x\ncopilot.plugin.kind=provider\n"))
                .isEqualTo(PluginKind.PROVIDER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Plugin-Kind: provider\r\n",
                "Copilot-Plugin-Kind: agent\r\n",
                "Note: Copilot-Plugin-Kind\r\n"
            })
    void anyOtherWordIsAgents(String attribute) throws IOException {
        assertThat(kind("META-INF/MANIFEST.MF", ID + attribute)).isEqualTo(PluginKind.AGENT);
    }
}
