package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The home may be called as one likes; plugins load from the copies in it. */
class HomeNamesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"plain-1.0_x", "with space", "per%20cent", "ha#sh", "plus+", "umläut"})
    void pluginsLoadClassesAndResourcesFromAHomeOfAnyName(String name) throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        PluginJars.plugin("where", "1.0.0")
                .agent("where", """
                        java.net.URL word = getClass().getClassLoader().getResource("word.txt");
                        try (java.io.InputStream in = word.openStream()) {
                            return AgentReply.text(new String(in.readAllBytes()) + " in "
                                    + getClass().getProtectionDomain().getCodeSource().getLocation());
                        } catch (java.io.IOException unreadable) {
                            throw new java.io.UncheckedIOException(unreadable);
                        }
                        """)
                .entry("word.txt", new byte[] {'o', 'k'})
                .build(inbox);
        Path home = folder.resolve(name);
        try (Orchestrator orchestrator =
                Orchestrator.builder().home(home).plugins(inbox).start()) {
            String[] told = orchestrator
                    .forCaller(Caller.local())
                    .invoke("where", "x")
                    .text()
                    .split(" in ", 2);
            assertThat(told[0]).isEqualTo("ok");
            String digest = orchestrator.plugins().list().get(0).digest();
            assertThat(Path.of(URI.create(told[1])))
                    .isEqualTo(home.resolve("plugins").resolve(digest).resolve("plugin.jar"));
        }
    }
}
