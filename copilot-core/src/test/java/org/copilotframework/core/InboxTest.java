package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the watched folder and the operations say of one plugin, over changes and restarts. */
class InboxTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private Path drop(String version) {
        return PluginJars.plugin("x", version)
                .agent("x", "return AgentReply.text(\"" + version + "\");")
                .named("x")
                .build(bed.inbox());
    }

    private boolean serves(String version) {
        return bed.copilot().agents().find("x").isPresent() && bed.ask("x").equals(version);
    }

    @Test
    void aDroppedFileServesAndItsSuccessorToo() {
        bed.start();
        drop("1.0.0");
        await().until(() -> serves("1.0.0"));
        drop("1.1.0");
        await().until(() -> serves("1.1.0"));
    }

    @Test
    void aRemovedPluginStaysAwayUntilItsFileHasOtherContent() throws IOException {
        Path file = drop("1.0.0");
        bed.start().restart();
        bed.plugins().remove("x");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        PluginJars.plugin("y", "1.0.0")
                .agent("y", "return AgentReply.text(\"y\");")
                .build(bed.inbox());
        await().until(() -> bed.known("y") && bed.ask("y").equals("y"));
        assertThat(bed.copilot().agents().find("x")).isEmpty();
        drop("1.0.1");
        await().until(() -> serves("1.0.1"));
    }

    @Test
    void aRemovedPluginWhoseFileWasDeletedServesWhenTheFileComesBack() throws IOException {
        Path file = drop("1.0.0");
        bed.start();
        bed.plugins().remove("x");
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        PluginJars.plugin("y", "1.0.0")
                .agent("y", "return AgentReply.text(\"y\");")
                .build(bed.inbox());
        await().until(() -> bed.known("y") && bed.ask("y").equals("y"));
        Path part = Files.write(bed.built().resolve("x.part"), content);
        Files.move(part, file);
        await().until(() -> serves("1.0.0"));
    }

    @Test
    void afterARestartTheCopyServesIfTheFileIsBadNow() throws IOException {
        Path file = drop("1.0.0");
        bed.start();
        bed.close();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        bed.start();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void aFileDeletedWhileTheHostWasDownMeansRemoved() throws IOException {
        Path file = drop("1.0.0");
        bed.start();
        drop("1.1.0");
        await().until(() -> serves("1.1.0"));
        bed.close();
        Files.delete(file);
        bed.start();
        assertThat(bed.known("x")).isFalse();
        assertThatThrownBy(() -> bed.plugins().rollback("x")).isInstanceOf(NotFoundException.class);
        assertThat(new DesiredSet(bed.home(), true, 3).find("x")).isEmpty();
        drop("1.0.0");
        await().until(() -> serves("1.0.0"));
    }

    @Test
    void withoutAWatchedFolderNothingIsForgotten() throws IOException {
        drop("1.0.0");
        bed.start();
        bed.close();
        Orchestrator.builder().home(bed.home()).start().close();
        assertThat(new DesiredSet(bed.home(), true, 3).find("x")).isPresent();
    }

    @Test
    void whatIsNoLongerBundledServesNoMore() {
        Path file = PluginJars.plugin("x", "1.0.0")
                .agent("x", "return AgentReply.text(\"x\");")
                .build(bed.built());
        Orchestrator.builder().home(bed.home()).bundled(file).start().close();
        bed.start();
        assertThat(bed.known("x")).isFalse();
    }

    @Test
    void aLinkThatLeadsNowhereBlindsNothing() throws IOException {
        bed.start();
        Path link = bed.inbox().resolve("loop.jar");
        Files.createSymbolicLink(link, link.getFileName());
        drop("1.0.0");
        await().until(() -> serves("1.0.0"));
    }

    @Test
    void twoBundledFilesOfOneNameServeAndAnInboxFileOfThatNameTakesNeitherAway() throws IOException {
        Path one = PluginJars.plugin("one", "1.0.0")
                .agent("one", "return AgentReply.text(\"1\");")
                .named("plugin")
                .build(bed.built().resolve("a"));
        Path two = PluginJars.plugin("two", "1.0.0")
                .agent("two", "return AgentReply.text(\"2\");")
                .named("plugin")
                .build(bed.built().resolve("b"));
        try (Orchestrator copilot = Orchestrator.builder()
                .home(bed.home())
                .plugins(bed.inbox())
                .setting("copilot.plugins.poll-interval", "20ms")
                .bundled(one)
                .bundled(two)
                .start()) {
            Path third = PluginJars.plugin("three", "1.0.0")
                    .agent("three", "return AgentReply.text(\"3\");")
                    .named("plugin")
                    .build(bed.inbox());
            await().until(() -> copilot.agents().list().size() == 3);
            Files.delete(third);
            await().until(() -> copilot.agents().list().size() == 2);
            assertThat(copilot.agents().find("one")).isPresent();
            assertThat(copilot.agents().find("two")).isPresent();
        }
    }

    @Test
    void aPluginUnderAnotherIdTakesOverTheNameOfTheOneWhoseFileIsDeleted() throws IOException {
        Path file = drop("1.0.0");
        bed.start();
        PluginJars.plugin("x2", "1.0.0")
                .agent("x", "return AgentReply.text(\"x2\");")
                .build(bed.inbox());
        await().until(() -> bed.known("x2") && bed.status("x2").state() == PluginState.FAILED);
        assertThat(bed.status("x2").reason()).contains("agent 'x'");
        Files.delete(file);
        await().until(() -> bed.status("x2").state() == PluginState.SERVING);
        assertThat(bed.ask("x")).isEqualTo("x2");
        assertThat(bed.status("x2").reason()).isEmpty();
    }

    @Test
    void aNameThatAnOperationFreesIsTakenByTheOneThatLostIt() {
        drop("1.0.0");
        bed.start();
        PluginJars.plugin("x2", "1.0.0")
                .agent("x", "return AgentReply.text(\"x2\");")
                .build(bed.inbox());
        await().until(() -> bed.known("x2") && bed.status("x2").state() == PluginState.FAILED);
        bed.plugins()
                .install(PluginJars.plugin("x", "2.0.0")
                        .agent("y", "return AgentReply.text(\"y\");")
                        .build(bed.built()));
        await().until(() -> bed.status("x2").state() == PluginState.SERVING);
        bed.plugins().remove("x2");
        bed.plugins().rollback("x");
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void aRenamedFileIsFollowed() throws IOException {
        Path file = drop("1.0.0");
        bed.start();
        Files.move(file, bed.inbox().resolve("other.jar"));
        await().until(() -> bed.status("x").origin().equals("other.jar"));
        bed.close();
        Files.write(bed.inbox().resolve("other.jar"), new byte[10]);
        bed.start();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void noCallFailsWhileVersionsComeAndGoByTheirFileNames() throws Exception {
        Path file = versioned(0);
        bed.with("copilot.plugins.poll-interval", "100ms").start();
        AtomicBoolean end = new AtomicBoolean();
        CompletableFuture<String> caller = CompletableFuture.supplyAsync(() -> {
            String last = "";
            while (!end.get()) {
                last = bed.ask("x");
            }
            return last;
        });
        for (int i = 1; i <= 5; i++) {
            Path next = versioned(i);
            Files.delete(file);
            file = next;
            String expected = "1." + i + ".0";
            await().until(() -> caller.isDone() || bed.status("x").version().equals(expected));
        }
        Files.move(file, bed.inbox().resolve("renamed.jar"));
        await().until(() -> caller.isDone() || bed.status("x").origin().equals("renamed.jar"));
        end.set(true);
        assertThat(caller.get(10, TimeUnit.SECONDS)).isEqualTo("1.5.0");
    }

    private Path versioned(int minor) {
        String version = "1." + minor + ".0";
        return PluginJars.plugin("x", version)
                .agent("x", "return AgentReply.text(\"" + version + "\");")
                .build(bed.inbox());
    }
}
