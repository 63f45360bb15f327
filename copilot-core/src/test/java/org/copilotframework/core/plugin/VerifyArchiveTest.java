package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyArchiveTest {
    @TempDir
    Path folder;

    @Test
    void tellsWhatIsInTheArchive() throws Exception {
        Path jar = hello().dependsOn("other?@1.x")
                .manifest("Plugin-Requires", "1.0")
                .build(folder);
        assertThat(verify(jar.toString(), "--runtime-libraries="))
                .contains(
                        "plugin hello 1.0.0",
                        "extension plugin.hello.Hello",
                        "needs other 1.x, optional",
                        "swap rolling")
                .contains("warning: Plugin-Requires");
    }

    @Test
    void throwsWhatIsWrongWithTheFix() {
        Path jar = hello().withoutIndex().build(folder);
        assertThatThrownBy(() -> VerifyArchive.main(new String[] {jar.toString()}))
                .isInstanceOf(RefusedArchiveException.class)
                .hasMessageContaining("no extension")
                .hasMessageContaining("@AgentInfo");
    }

    @Test
    void aJarWithoutItsLibrariesIsToldToBecomeAZip() {
        Path jar = hello().build(folder);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verify(jar.toString(), libraries("/repo/gson-2.13.jar", "b-1.jar")))
                .withMessageContaining("gson-2.13.jar, b-1.jar")
                .withMessageContaining("<copilot.plugin.archive>zip</copilot.plugin.archive>");
    }

    @Test
    void librariesInAZipOrShadedIntoAJarAreFound() throws Exception {
        Path zip = hello().library("l-1.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(folder);
        assertThat(verify(zip.toString(), "--runtime-libraries=l-1.jar")).contains("plugin hello");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verify(zip.toString(), libraries("l-1.jar", "m-2.jar")))
                .withMessageContaining("not in it: m-2.jar")
                .withMessageContaining("mvn clean package");

        Path shaded = hello().entry("META-INF/maven/g/gson/pom.properties", new byte[0])
                .build(folder);
        assertThat(verify(shaded.toString(), "--runtime-libraries=gson-2.13.jar"))
                .contains("plugin hello");
    }

    @Test
    void anArchiveOfAnotherDigestThanTheOneBesideItIsRefused() throws Exception {
        Path jar = hello().build(folder);
        Files.writeString(folder.resolve(jar.getFileName() + ".sha256"), "0".repeat(64));
        assertThatThrownBy(() -> verify(jar.toString()))
                .isInstanceOf(RefusedArchiveException.class)
                .hasMessageContaining("its digest is")
                .hasMessageContaining(".sha256");
    }

    @Test
    void wrongArgumentsAreTold() {
        assertThatIllegalArgumentException().isThrownBy(() -> verify()).withMessageContaining("no archive is named");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verify("gone.jar"))
                .withMessageContaining("gone.jar is not");
        assertThatIllegalArgumentException().isThrownBy(() -> verify("--what")).withMessageContaining("--what");
    }

    private static PluginJars hello() {
        return PluginJars.plugin("hello", "1.0.0").agent("hello", "return AgentReply.text(\"hello\");");
    }

    private static String libraries(String... files) {
        return "--runtime-libraries=" + String.join(File.pathSeparator, files);
    }

    private static String verify(String... args) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VerifyArchive.verify(args, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
