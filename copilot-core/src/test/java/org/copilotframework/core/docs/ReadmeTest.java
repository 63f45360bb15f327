package org.copilotframework.core.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    private static final Path ASK = Page.root().resolve("docs/samples/Ask.java");

    private static final String HELLO =
            "plugins-example/hello/src/main/java/org/copilotframework/example/hello/HelloAgent.java";

    @Test
    void theTenLinesAreTheOnesThatRun() throws Exception {
        String lines = Files.readString(ASK);
        assertThat(lines.lines().filter(line -> !line.isBlank())).hasSize(10);
        assertThat(Page.of("README.md").text()).contains("```java\n" + lines + "```");
        assertThat(Page.of("docs/embed.md").text()).contains("```java\n" + lines + "```");
    }

    /** In a process of their own, as an application would run them, with the example plugin in the folder beside it. */
    @Test
    void theTenLinesGetAReplyFromTheExamplePlugin(@TempDir Path folder) throws Exception {
        PluginJars.plugin("hello", "0.1.0")
                .source(
                        "org.copilotframework.example.hello.HelloAgent",
                        Files.readString(Page.root().resolve(HELLO)))
                .extension("org.copilotframework.example.hello.HelloAgent")
                .build(folder.resolve("plugins"));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", ASK.toString())
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        program.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process running = program.start();
        try {
            assertThat(running.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            running.destroyForcibly();
        }
        String printed = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(running.exitValue()).as(printed + Files.readString(err)).isZero();
        // The test's logging prints to the same stream.
        assertThat(printed.lines()).contains("Hello, world!");
    }
}
