package org.copilotframework.testkit.outside;

import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.PluginState;
import org.copilotframework.testkit.CopilotExtension;
import org.copilotframework.testkit.PluginChecks;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that somebody else writes, built against what this project installs. */
@Tag("all-backends")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class OutsidePluginTest {
    private static InstalledArtifacts installed;

    @RegisterExtension
    final CopilotExtension copilot = CopilotExtension.builder().build();

    @TempDir
    Path folder;

    @BeforeAll
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    static void install() throws IOException {
        installed = InstalledArtifacts.ofThisBuild();
    }

    @Test
    void aPluginDroppedIntoTheInboxAnswersAndItsNextVersionTakesOverWithoutAFailedCall(Client client) throws Exception {
        OutsideProject project = OutsideProject.greeter(folder, "\"first\"").test("first");
        project.build(installed).requireSuccess();
        drop(project.built("jar"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> copilot.orchestrator().agents().find("greeter").isPresent());
        assertThat(client.invoke("greeter", "world")).hasText("first");

        try (SteadyCallers callers =
                new SteadyCallers(() -> client.invoke("greeter", "world").text())) {
            OutsideProject next = OutsideProject.greeter(folder, "\"second\"").version("2.0.0");
            next.build(installed, "-Dmaven.test.skip=true").requireSuccess();
            drop(next.built("jar"));
            callers.awaitFromAll("second");
            callers.end();
            assertThat(callers.failures()).isEmpty();
            assertThat(callers.answers())
                    .allSatisfy(answers -> assertThat(answers).containsExactly("first", "second"));
        }
        await().until(() -> copilot.orchestrator().plugins().list().stream()
                .noneMatch(plugin -> plugin.state() == PluginState.DRAINING));
        assertThat(copilot.orchestrator().plugins().list()).singleElement().satisfies(plugin -> {
            assertThat(plugin.version()).isEqualTo("2.0.0");
            assertThat(plugin.state()).isEqualTo(PluginState.SERVING);
        });
    }

    @Test
    void aPluginBringsItsLibrariesInAZip() throws Exception {
        OutsideProject project = OutsideProject.greeter(
                        folder, "org.apache.commons.lang3.StringUtils.capitalize(request.text())")
                .test("World")
                .property("copilot.plugin.archive", "zip")
                .dependency("org.apache.commons", "commons-lang3", "3.20.0");
        project.build(installed).requireSuccess();
        try (ZipFile zip = new ZipFile(project.built("zip").toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".jar")))
                    .containsExactly("lib/commons-lang3-3.20.0.jar");
        }
        PluginChecks.assertPackaged(project.built("zip"));
        PluginChecks.assertUnloads(
                project.built("zip"),
                client -> assertThat(client.invoke("greeter", "world")).hasText("World"));
    }

    /** Under another name until it is whole. */
    private void drop(Path archive) throws IOException {
        Path part = copilot.inbox().resolve(archive.getFileName() + ".part");
        Files.copy(archive, part);
        Files.move(part, copilot.inbox().resolve(archive.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
}
