package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive that names other JARs to load classes from is refused, unless they are nowhere to be found. */
class RefusedClassPathTest extends ArchiveRefusals {
    @Test
    void classPathOfThePluginItself() throws IOException {
        assertRefused(
                good().manifest("Class-Path", "../../evil.jar").build(folder),
                "Class-Path '../../evil.jar'",
                "into lib/");
        assertRefused(good().manifest("Class-Path", "beside.jar").build(folder), "Class-Path", "remove addClasspath");
        assertRefused(
                good().entry("meta-inf/manifest.mf", classPath("evil/")).build(folder), "Class-Path", "into lib/");
        assertRefused(good().entry("META-INF/INDEX.LIST", new byte[0]).build(folder), "INDEX.LIST", "into lib/");
        byte[] own = Files.readAllBytes(
                good().manifest("Class-Path", "a.jar").named("own.jar").build(folder));
        Path zip = Files.write(folder.resolve("all.zip"), PluginJars.zip(Map.of("lib/own.jar", own)));
        assertRefused(zip, "Class-Path 'a.jar'", "(in lib/own.jar)", "into lib/");
        assertAccepted(good().manifest("Class-Path", " ").build(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.jar",
                "a.jar ../evil.jar",
                "x/../../evil.jar",
                "/evil.jar",
                "\\\\evil",
                "file:/evil.jar",
                "http://evil/x.jar",
                "C:/evil.jar",
                "%2e%2E/evil.jar",
                "%2Fevil.jar"
            })
    void classPathOfALibraryThatLeadsOut(String entries) {
        byte[] library = PluginJars.zip(Map.of("META-INF/MANIFEST.MF", classPath(entries)));
        assertRefused(
                good().entry("lib/l.jar", library).buildZip(folder),
                "(in lib/l.jar) has the Class-Path '" + entries,
                "into lib/");
    }

    @Test
    void classPathOfALibraryThatStaysBesideItIsAWarning() throws Exception {
        byte[] library = PluginJars.zip(Map.of(
                "META-INF/MANIFEST.MF",
                classPath("a.jar b-1.0.jar"),
                "META-INF/INDEX.LIST",
                index("l.jar", "b-1.0.jar")));
        StoredPlugin stored = store.accept(good().entry("lib/l.jar", library).buildZip(folder), null, false);
        assertThat(stored.info().warnings())
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains("a.jar b-1.0.jar", "lib/l.jar", "; remove"))
                .anySatisfy(warning -> assertThat(warning).contains("INDEX.LIST", "lib/l.jar", "; remove"));
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

    @Test
    void anIndexThatNamesItsOwnLibraryOnlyIsNoWarning() throws Exception {
        byte[] library = PluginJars.zip(Map.of("META-INF/INDEX.LIST", index("l.jar")));
        Path zip = good().entry("lib/l.jar", library).buildZip(folder);
        assertThat(store.accept(zip, null, false).info().warnings()).isEmpty();
    }

    private static byte[] classPath(String entries) {
        return ("Manifest-Version: 1.0\nClass-Path: " + entries + "\n\n").getBytes(UTF_8);
    }

    private static byte[] index(String... jars) {
        return ("JarIndex-Version: 1.0\n\n" + String.join("\nsome/package\n\n", jars) + "\nsome/package\n")
                .getBytes(UTF_8);
    }
}
