package org.copilotframework.testkit.outside;

import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("all-backends")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class OutsidePluginTest {
    private static InstalledArtifacts installed;

    @RegisterExtension
    final CopilotExtension copilot = CopilotExtension.builder().build();

    @TempDir
    Path folder;

    @BeforeAll
    static void install() throws IOException {
        installed = InstalledArtifacts.install();
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

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        "the API is packed",
                        (Mistake) project -> project.dependency(
                                "org.copilotframework", "copilot-api", OutsideProject.copilotVersion()),
                        List.of("copilot-api", "Fix: remove the declaration of copilot-api")),
                Arguments.of(
                        "pf4j is packed",
                        (Mistake) project -> project.dependency("org.pf4j", "pf4j", "3.15.0"),
                        List.of("org.pf4j:pf4j:jar:3.15.0", "Fix: remove the declaration of copilot-api, pf4j")),
                Arguments.of(
                        "slf4j is packed",
                        (Mistake) project -> project.dependency("org.slf4j", "slf4j-api", "2.0.20"),
                        List.of("org.slf4j:slf4j-api:jar:2.0.20", "Fix: remove the declaration of copilot-api, pf4j")),
                Arguments.of(
                        "jspecify is packed",
                        (Mistake) project -> project.dependency("org.jspecify", "jspecify", "1.0.1"),
                        List.of("org.jspecify:jspecify:jar:1.0.1", "Fix: remove the declaration of copilot-api, pf4j")),
                Arguments.of(
                        "a library brings the host",
                        (Mistake) project -> project.dependency(
                                "org.copilotframework", "copilot-testkit", OutsideProject.copilotVersion()),
                        List.of(
                                "A library of this plugin brings copilot-core",
                                "Fix: exclude org.copilotframework:copilot-core where that library is declared")),
                Arguments.of(
                        "no agent",
                        (Mistake) project -> project.agent("", "\"first\""),
                        List.of("greeter-1.0.0.jar", "no extension", "put @AgentInfo(name = \"...\")")),
                Arguments.of(
                        "another generation of the API",
                        (Mistake) project -> project.property("copilot.api.generation", "0"),
                        List.of("generation 1", "Fix: remove the property copilot.api.generation")),
                Arguments.of(
                        "libraries in a JAR",
                        (Mistake) project -> project.dependency("org.apache.commons", "commons-lang3", "3.20.0"),
                        List.of(
                                "needs libraries that are not in it: commons-lang3-3.20.0.jar",
                                "set <copilot.plugin.archive>zip</copilot.plugin.archive>")),
                Arguments.of(
                        "a version that cannot be compared",
                        (Mistake) project -> project.version("one"),
                        List.of("'one'", "Fix: write three numbers above 0.0.0")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeFailsTheBuildWithTheFix(String what, Mistake mistake, List<String> told) throws Exception {
        OutsideProject project = OutsideProject.greeter(folder, "\"first\"");
        mistake.make(project);
        MavenRun.Outcome outcome = project.build(installed, "-Dmaven.test.skip=true");
        assertThat(outcome.status()).as(outcome.output()).isNotZero();
        assertThat(outcome.output()).contains(told);
    }

    /** What an author does wrong. */
    @FunctionalInterface
    interface Mistake {
        void make(OutsideProject project) throws IOException;
    }

    /** Under another name until it is whole. */
    private void drop(Path archive) throws IOException {
        Path part = copilot.inbox().resolve(archive.getFileName() + ".part");
        Files.copy(archive, part);
        Files.move(part, copilot.inbox().resolve(archive.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
}
