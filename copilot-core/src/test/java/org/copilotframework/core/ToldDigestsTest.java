package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.ProviderJars;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where digests are asked for, nothing serves whose digest nobody told, whichever way it comes and whenever it came. */
class ToldDigestsTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private static PluginJars plugin(String version) {
        return PluginJars.plugin("x", version).agent("x", "return AgentReply.text(\"" + version + "\");");
    }

    private TestBed asking() {
        return bed.with("copilot.plugins.trust", "digest");
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void tell(Path archive, String digest) throws IOException {
        Files.writeString(archive.resolveSibling(archive.getFileName() + ".sha256"), digest);
    }

    @Test
    void whatWasInstalledWithoutADigestDoesNotServeOnceOneIsAskedFor() {
        bed.start();
        Path archive = plugin("1.0.0").build(bed.built());
        bed.plugins().install(archive);
        asking().restart();

        assertThat(bed.copilot().agents().list()).isEmpty();
        assertThat(bed.status("x").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("x").reason()).contains("nobody told its digest", "--sha256 HEX");
        bed.plugins().install(archive, sha256(archive));
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        bed.restart();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void whatWasInstalledWithItsDigestServesOn() {
        bed.start();
        Path archive = plugin("1.0.0").build(bed.built());
        bed.plugins().install(archive, sha256(archive));
        asking().restart();

        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        bed.with("copilot.plugins.trust", "any").restart();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void aRollbackGoesToWhatWasToldOnly() {
        bed.start();
        Path second = plugin("2.0.0").build(bed.built());
        bed.plugins().install(plugin("1.0.0").build(bed.built()));
        bed.plugins().install(second, sha256(second));
        asking().restart();

        assertThatThrownBy(() -> bed.plugins().rollback("x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nobody told its digest");
        assertThat(bed.ask("x")).isEqualTo("2.0.0");
    }

    @Test
    void whatServedFromAFileBeforeIsNoWayAroundEither() throws IOException {
        Path file = plugin("1.0.0").named("x").build(bed.inbox());
        bed.start();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        bed.close();
        Files.writeString(file, "no archive any more");
        asking().start();

        assertThat(bed.copilot().agents().list()).isEmpty();
    }

    @Test
    void aSecondProcessOnTheHomeAsksForDigestsToo() {
        bed.start();
        Path told = plugin("1.0.0").build(bed.built());
        bed.plugins().install(told, sha256(told));
        bed.plugins()
                .install(PluginJars.plugin("y", "1.0.0")
                        .agent("y", "return AgentReply.text(\"y\");")
                        .build(bed.built()));

        try (Orchestrator second = Orchestrator.builder()
                .home(bed.home())
                .setting("copilot.plugins.trust", "digest")
                .start()) {
            assertThat(second.agents().find("x")).isPresent();
            assertThat(second.agents().find("y")).isEmpty();
        }
    }

    @Test
    void aDigestThatComesAfterItsArchiveIsNoticed() throws IOException {
        asking().start();
        Path archive = plugin("1.0.0").build(bed.inbox());
        await().until(() -> bed.known("x-1.0.0.jar") || bed.known("x"));
        assertThat(bed.copilot().agents().list()).isEmpty();

        tell(archive, sha256(archive));
        await().until(() -> bed.copilot().agents().find("x").isPresent());
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void aDigestThatIsCorrectedIsNoticed() throws IOException {
        Path archive = plugin("1.0.0").build(bed.inbox());
        tell(archive, "0".repeat(64));
        bed.start();
        assertThat(bed.copilot().agents().list()).isEmpty();

        tell(archive, sha256(archive) + "  x-1.0.0.jar\n");
        await().until(() -> bed.copilot().agents().find("x").isPresent());
    }

    @Test
    void aDigestThatComesAfterItsProviderIsToldAsTheNextStartsBusiness() throws IOException {
        Path archive = ProviderJars.provider("tape", "1.0.0", "tape").build(bed.inbox());
        asking().start();
        assertThat(bed.plugins().list())
                .singleElement()
                .satisfies(status -> assertThat(status.state()).isEqualTo(PluginState.FAILED));

        tell(archive, sha256(archive));
        await().until(() -> bed.known("tape") && bed.status("tape").state() == PluginState.PENDING);
        bed.with("copilot.storage.url", "tape:x").restart();
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void aReloadLooksAtWhatWasUnpackedAgain() throws IOException {
        asking().start();
        Path archive = plugin("1.0.0")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(bed.built());
        bed.plugins().install(archive, sha256(archive));
        assertThat(bed.plugins().reload("x").to()).isEqualTo("1.0.0");
        try (Stream<Path> files = Files.walk(bed.home().resolve("plugins"))) {
            List<Path> classes =
                    files.filter(file -> file.endsWith("plugin/x/X.class")).toList();
            assertThat(classes).hasSize(1);
            Files.write(classes.get(0), new byte[1], StandardOpenOption.APPEND);
        }

        assertThatThrownBy(() -> bed.plugins().reload("x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is not what was unpacked from it");
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }
}
