package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.fixture.LogLines;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;

/** Archives that are not what they should be, or not any more. */
class BadArchivesTest extends BesideAGoodPlugin {
    @Test
    void aPackedCopyOfSlf4jIsIgnoredWithAWarning() {
        bad().agent(
                        "bad",
                        "return AgentReply.text(String.valueOf("
                                + "org.slf4j.Logger.class.getClassLoader() == getClass().getClassLoader()));")
                .entry("org/slf4j/Logger.class", new byte[] {1, 2, 3})
                .build(bed.inbox());
        try (LogLines log = LogLines.open()) {
            bed.start();
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("slf4j-api"))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains("Plugin bad 1.0.0", "the host's are used", "; give it scope provided"));
        }
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.ask("bad")).isEqualTo("false");
        assertThat(bed.status("bad").warnings()).anyMatch(warning -> warning.contains("slf4j"));
    }

    @Test
    void aTruncatedArchiveIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(bad().agent("bad", REPLY).build(bed.built()));
        Files.write(bed.inbox().resolve("cut.jar"), Arrays.copyOf(whole, whole.length / 2));
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.status("cut.jar").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("cut.jar").reason())
                .contains("it is truncated or not a ZIP archive")
                .contains("; build it again, or copy it again and wait for the end of the copy");
    }

    @Test
    void anArchiveBombIsRefused() {
        bad().agent("bad", REPLY).entry("zeros.bin", new byte[64 << 20]).build(bed.inbox());
        bed.with("copilot.plugins.limits.ratio", "50").start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.plugins().list())
                .filteredOn(status -> status.state() == PluginState.FAILED)
                .singleElement()
                .satisfies(status -> assertThat(status.reason())
                        .contains("more than the limit of")
                        .contains("; remove what the plugin does not need, or raise the limit")
                        .contains("copilot.plugins.limits"));
    }

    @Test
    void anArchiveOfAnotherDigestIsRefused() throws IOException {
        Path jar = bad().agent("bad", REPLY).build(bed.inbox());
        Files.writeString(jar.resolveSibling(jar.getFileName() + ".sha256"), "0".repeat(64));
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.plugins().list())
                .filteredOn(status -> status.state() == PluginState.FAILED)
                .singleElement()
                .satisfies(status -> assertThat(status.reason())
                        .contains("bad-1.0.0.jar.sha256 says 000")
                        .contains("; copy the archive again from where the digest comes from"));
    }

    @Test
    void aFileOverwrittenInPlaceLeavesTheOldServingUntilItIsWhole() throws IOException {
        bed.start();
        Path file = bed.inbox().resolve("good-1.0.0.jar");
        byte[] next = Files.readAllBytes(PluginJars.plugin("good", "1.1.0")
                .agent("good", "return AgentReply.text(\"better\");")
                .build(bed.built()));
        Files.write(file, Arrays.copyOf(next, next.length / 2));
        await().until(() -> !bed.status("good").reason().isEmpty());
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.status("good").reason())
                .contains("it is truncated or not a ZIP archive")
                .contains("; build it again, or copy it again and wait for the end of the copy");
        Files.write(file, Arrays.copyOfRange(next, next.length / 2, next.length), StandardOpenOption.APPEND);
        await().until(() -> bed.ask("good").equals("better"));
        assertThat(bed.status("good").reason()).isEmpty();
    }

    @Test
    void aFileDeletedWhileInUseMeansDrainAndRemove() throws Exception {
        Path gate = bed.built().resolve("gate");
        Path begun = bed.built().resolve("begun");
        Path file = PluginJars.plugin("busy", "1.0.0")
                .agent(
                        "busy",
                        "java.nio.file.Files.createFile(java.nio.file.Path.of(\"%s\"));".formatted(begun)
                                + "while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"%s\"))) Thread.sleep(5);"
                                        .formatted(gate)
                                + " return AgentReply.text(Late.word());")
                // A class that is first loaded when the file is gone.
                .source(
                        "plugin.busy.Late",
                        "package plugin.busy; class Late { static String word() { return \"end\"; } }")
                .build(bed.inbox());
        bed.start();
        Run call = bed.client().submit(AgentRequest.to("busy").text("?").build());
        await().until(() -> Files.exists(begun));
        Files.delete(file);
        await().until(() -> bed.copilot().agents().find("busy").isEmpty());
        assertThat(bed.plugins().list())
                .anyMatch(one -> one.id().equals("busy") && one.state() == PluginState.DRAINING);
        assertThat(call.reply().toCompletableFuture()).isNotDone();
        Files.createFile(gate);
        assertThat(call.reply().toCompletableFuture().get(10, TimeUnit.SECONDS).text())
                .isEqualTo("end");
        await().until(() -> !bed.known("busy"));
    }
}
