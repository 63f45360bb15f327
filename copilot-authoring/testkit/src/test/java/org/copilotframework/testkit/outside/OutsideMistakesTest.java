package org.copilotframework.testkit.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the plugin parent refuses to build, and what it says then. */
@Tag("all-backends")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class OutsideMistakesTest {
    private static InstalledArtifacts installed;

    @TempDir
    Path folder;

    @BeforeAll
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    static void install() throws IOException {
        installed = InstalledArtifacts.ofThisBuild();
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
                        List.of("'one'", "Fix: write three numbers above 0.0.0")),
                Arguments.of(
                        "an unknown kind",
                        (Mistake) project -> project.property("copilot.plugin.kind", "store"),
                        List.of("A plugin brings agents or providers", "Fix: remove the property copilot.plugin.kind")),
                Arguments.of(
                        "a provider that needs another plugin",
                        (Mistake) project -> project.property("copilot.plugin.kind", "provider")
                                .property("copilot.plugin.dependencies", "other@>=1.0"),
                        List.of("greeter-1.0.0.jar", "it is a provider", "take Plugin-Dependencies out")));
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
}
