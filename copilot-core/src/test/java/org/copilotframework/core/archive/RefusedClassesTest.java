package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive whose classes cannot be loaded, or must not come with it, is refused with the fix. */
class RefusedClassesTest extends ArchiveRefusals {
    @Test
    void classFileOfANewerJvm() {
        int newer = Runtime.version().feature() + 1;
        assertRefused(
                good().release(newer).build(folder),
                "plugin.good.Good is built for Java " + newer,
                "this JVM is Java " + Runtime.version().feature(),
                "<maven.compiler.release>");
    }

    @Test
    void newerClassesThatOnlyANewerJvmLoadsAreNoFault() {
        byte[] newer = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(999).array();
        assertAccepted(good().entry("META-INF/versions/99/x/Y.class", newer)
                .entry("module-info.class", newer)
                .build(folder));
    }

    @Test
    void aLibrarysNewerClassIsAWarning() throws Exception {
        byte[] newer = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(999).array();
        Path zip = good().entry("lib/l.jar", PluginJars.zip(Map.of("x/Y.class", newer)))
                .buildZip(folder);
        assertThat(store.accept(zip, null, false).info().warnings())
                .singleElement()
                .asString()
                .contains("x.Y (in lib/l.jar)", "Java 955");
    }

    @Test
    void noExtension() {
        for (PluginJars plugin :
                List.of(good().withoutIndex(), good().entry("META-INF/extensions.idx", "# x".getBytes(UTF_8)))) {
            assertRefused(plugin.build(folder), "no extension", "@AgentInfo", "annotation processor");
        }
    }

    @Test
    void extensionWithoutItsClass() {
        assertRefused(good().extension("gone.Agent").build(folder), "lists gone.Agent", "mvn clean package");
    }

    @Test
    void pluginClassThatIsNotThere() {
        assertRefused(
                good().manifest("Plugin-Class", "gone.P").build(folder), "Plugin-Class gone.P", "correct the name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org/copilotframework/api/agent/Agent", "org/pf4j/Plugin", "org/copilotframework/core/X"})
    void packsWhatTheHostProvides(String type) {
        byte[] old = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(52).array();
        assertRefused(good().entry(type + ".class", old).build(folder), "it packs the classes of", "scope provided");
        Path zip = good().entry("lib/l.jar", PluginJars.zip(Map.of(type + ".class", old)))
                .buildZip(folder);
        assertRefused(zip, "(in lib/l.jar)", "scope provided", "copilot-plugin-parent");
        assertRefused(good().entry("classes/" + type + ".class", old).buildZip(folder), "it packs", "scope provided");
    }

    @Test
    void packsSlf4jIsAWarning() throws Exception {
        byte[] old = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(52).array();
        Path jar = good().entry("org/slf4j/Logger.class", old)
                .entry("org/slf4j/simple/SimpleLogger.class", old)
                .entry("org/jspecify/annotations/Nullable.class", old)
                .build(folder);
        List<String> warnings = store.accept(jar, null, false).info().warnings();
        assertThat(warnings).hasSize(2).allMatch(warning -> warning.contains("the host's are used"));
        assertThat(warnings.get(0) + warnings.get(1)).contains("slf4j-api", "jspecify", "scope provided");

        Path binding = good().entry("org/slf4j/simple/SimpleLogger.class", old)
                .named("binding")
                .build(folder);
        assertThat(store.accept(binding, null, false).info().warnings()).isEmpty();
    }
}
