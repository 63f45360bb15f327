package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.Trust;
import org.copilotframework.core.json.HostJson;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins whose start takes longer than the host waits. It goes on until the test opens a gate. */
class FirstStartTest {
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final String REPLY = "return AgentReply.text(\"x\");";
    private static final String GATED = """
            public void start(PluginContext plugin) throws Exception {
                java.nio.file.Path folder = plugin.workDirectory();
                java.nio.file.Files.createFile(folder.resolve("started-" + System.nanoTime()));
                while (!java.nio.file.Files.exists(folder.resolve("gate"))) { Thread.sleep(5); }
            }
            """;

    @TempDir
    Path folder;

    private Path inbox;
    private final AgentDirectory agents = new AgentDirectory();
    private PluginStore store;
    private PluginHost host;
    private Runnable afterUnload = () -> {};

    @BeforeEach
    void makeInbox() throws IOException {
        inbox = Files.createDirectories(folder.resolve("inbox"));
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        store.close();
    }

    private void start(Duration patience, Duration startTimeout) throws IOException {
        Path home = folder.resolve("home");
        store = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);
        host = new PluginHost(
                agents,
                store,
                new DesiredSet(home, true, 3),
                inbox,
                null,
                List.of(),
                this::context,
                new PluginHostOptions(
                        startTimeout,
                        patience,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(20),
                        3,
                        100,
                        2),
                words -> words,
                afterUnload);
        host.start(List.of(), List.of());
    }

    private HostedPluginContext context(PluginRef ref) {
        if (ref.id().equals("cursed")) {
            throw new LinkageError("a fault of the host");
        }
        HostedPluginContext.SettingsReader none = new HostedPluginContext.SettingsReader() {
            @Override
            public <T extends Record> T read(String pluginId, Class<T> type) {
                throw new UnsupportedOperationException("these plugins have no settings");
            }
        };
        return new HostedPluginContext(ref, none, folder.resolve("work"), HostJson::new);
    }

    private static PluginJars plugin(String id, String members) {
        return PluginJars.plugin(id, "1.0.0").agent(id, REPLY, members);
    }

    private void openGate(String id) throws IOException {
        Files.createFile(
                Files.createDirectories(folder.resolve("work").resolve(id)).resolve("gate"));
    }

    private long starts(String id) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("work").resolve(id))) {
            return files.filter(one -> one.getFileName().toString().startsWith("started-"))
                    .count();
        }
    }

    private PluginStatus status(String id) {
        return host.list().stream()
                .filter(one -> one.id().equals(id) && one.state() != PluginState.DRAINING)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no plugin " + id + " in " + host.list()));
    }

    private void awaitState(String id, PluginState state) {
        await().until(() -> host.list().stream().anyMatch(one -> one.id().equals(id) && one.state() == state));
    }

    @Test
    void pluginsThatHangKeepNeitherTheHostNorTheOthersWaiting() throws IOException {
        for (String id : List.of("a1", "a2", "a3", "a4")) {
            plugin(id, GATED).build(inbox);
        }
        plugin("z", "").build(inbox);
        start(Duration.ofSeconds(1), NEVER);
        assertThat(agents.find("z")).isPresent();
        assertThat(host.list())
                .extracting(PluginStatus::state)
                .containsExactly(
                        PluginState.STARTING,
                        PluginState.STARTING,
                        PluginState.STARTING,
                        PluginState.STARTING,
                        PluginState.SERVING);
    }

    @Test
    void aFaultOfTheHostItselfCostsThePluginAndNotTheHost() throws IOException {
        plugin("cursed", "").build(inbox);
        plugin("good", "").build(inbox);
        start(NEVER, NEVER);
        assertThat(status("good").state()).isEqualTo(PluginState.SERVING);
        assertThat(status("cursed").reason()).contains("a fault of the host");
        assertThatThrownBy(() -> host.reload("cursed"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("a fault of the host");
    }

    @Test
    void aFaultAfterAnUnloadLeavesNothingDraining() throws IOException {
        plugin("good", "").build(inbox);
        afterUnload = () -> {
            throw new LinkageError("made up");
        };
        start(NEVER, NEVER);
        host.reload("good");
        await().until(() -> host.list().stream().noneMatch(one -> one.state() == PluginState.DRAINING));
        assertThat(status("good").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void aSlowPluginIsThereWhenTheHostHasStarted() throws IOException {
        plugin("slow", "public void start(PluginContext plugin) throws Exception { Thread.sleep(500); }")
                .build(inbox);
        plugin("user", "").dependsOn("slow").build(inbox);
        start(NEVER, NEVER);
        assertThat(agents.find("slow")).isPresent();
        assertThat(agents.find("user")).isPresent();
    }

    @Test
    void aLatePluginServesOnceItHasStartedAndIsStartedOnce() throws IOException {
        Path file = plugin("late", GATED).build(inbox);
        start(Duration.ofMillis(100), NEVER);
        assertThat(status("late").state()).isEqualTo(PluginState.STARTING);
        // A change of its file has the host bring it in line, which must wait for the start that goes on.
        plugin("late", GATED).entry("more.txt", new byte[] {1}).named("other").build(inbox);
        plugin("after", "").build(inbox);
        await().until(() -> agents.find("after").isPresent());
        openGate("late");
        awaitState("late", PluginState.SERVING);
        assertThat(agents.find("late")).isPresent();
        assertThat(status("late").origin()).isEqualTo(file.getFileName().toString());
        assertThat(starts("late")).isOne();
    }

    @Test
    void aLatePluginFailsWhenItsTimeIsUp() throws IOException {
        plugin("late", GATED).build(inbox);
        start(Duration.ofMillis(100), Duration.ofMillis(300));
        awaitState("late", PluginState.FAILED);
        assertThat(status("late").reason())
                .contains("did not return within 300 ms")
                .contains("copilot.plugins.start-timeout");
    }

    @Test
    void theNextBestArchiveServesIfALateOneFails() throws IOException {
        plugin("late", "").build(inbox);
        PluginJars.plugin("late", "2.0.0").agent("late", REPLY, GATED).build(inbox);
        start(Duration.ofMillis(100), Duration.ofSeconds(2));
        awaitState("late", PluginState.SERVING);
        assertThat(status("late").version()).isEqualTo("1.0.0");
        await().untilAsserted(() ->
                assertThat(status("late").reason()).contains("version 2.0.0").contains("did not return within"));
    }

    @Test
    void manyPluginsThatTakeTheirTimeTogetherAreNotLate() throws IOException {
        for (int i = 0; i < 12; i++) {
            plugin(
                            "p" + i,
                            "public void start(PluginContext plugin) { long end = System.nanoTime() + 200_000_000L;"
                                    + " while (System.nanoTime() < end) { Thread.onSpinWait(); } }")
                    .build(inbox);
        }
        start(Duration.ofSeconds(1), NEVER);
        assertThat(agents.list()).hasSize(12);
    }

    @Test
    void theNextBestArchiveIsThereWhenTheHostHasStarted() throws IOException {
        plugin("x", "").build(inbox);
        PluginJars.plugin("x", "2.0.0")
                .agent("x", REPLY, "public void start(PluginContext plugin) { throw new IllegalStateException(); }")
                .build(inbox);
        plugin("user", "").dependsOn("x").build(inbox);
        start(NEVER, NEVER);
        assertThat(status("x").version()).isEqualTo("1.0.0");
        assertThat(status("x").reason()).contains("version 2.0.0").contains("start() threw");
        assertThat(agents.find("user")).isPresent();
    }

    @Test
    void whatFailsIsStartedOnce() throws IOException {
        plugin("base", "").build(inbox);
        plugin(
                        "user",
                        "public void start(PluginContext plugin) throws Exception {"
                                + " java.nio.file.Files.createFile(plugin.workDirectory().resolve(\"started-\""
                                + " + System.nanoTime())); throw new IllegalStateException(); }")
                .dependsOn("base")
                .build(inbox);
        start(NEVER, NEVER);
        assertThat(status("user").state()).isEqualTo(PluginState.FAILED);
        assertThat(starts("user")).isOne();
    }

    @Test
    void theOneThatServesKeepsItsNameAgainstALateOne() throws IOException {
        PluginJars.plugin("a", "1.0.0").agent("same", REPLY, GATED).build(inbox);
        PluginJars.plugin("b", "1.0.0").agent("same", REPLY).build(inbox);
        start(Duration.ofSeconds(2), NEVER);
        assertThat(status("b").state()).isEqualTo(PluginState.SERVING);
        openGate("a");
        awaitState("a", PluginState.FAILED);
        assertThat(status("a").reason()).contains("agent 'same'").contains("plugin b 1.0.0");
    }

    @Test
    void whoNeedsALatePluginServesOnceThatDoes() throws IOException {
        plugin("late", GATED).build(inbox);
        plugin("user", "").dependsOn("late").build(inbox);
        start(Duration.ofMillis(100), NEVER);
        assertThat(status("user").state()).isEqualTo(PluginState.FAILED);
        assertThat(status("user").reason()).contains("needs plugin late");
        openGate("late");
        awaitState("user", PluginState.SERVING);
    }

    @Test
    void whoCanDoWithoutALatePluginServesAtOnceAndWithItLater() throws IOException {
        plugin("late", GATED)
                .source("late.Word", "package late; public class Word {}")
                .build(inbox);
        PluginJars.plugin("user", "1.0.0")
                .agent(
                        "user",
                        REPLY,
                        "public void start(PluginContext plugin) throws Exception { try { Class.forName(\"late.Word\");"
                                + " java.nio.file.Files.createFile(plugin.workDirectory().resolve(\"with\"));"
                                + " } catch (ClassNotFoundException without) { } }")
                .dependsOn("late?")
                .build(inbox);
        start(Duration.ofSeconds(1), NEVER);
        assertThat(agents.find("user")).isPresent();
        assertThat(folder.resolve("work/user/with")).doesNotExist();
        openGate("late");
        awaitState("late", PluginState.SERVING);
        awaitState("user", PluginState.SERVING);
        assertThat(folder.resolve("work/user/with")).exists();
    }

    @Test
    void aLatePluginThatWasBoundToAnOlderOneIsStartedAnew() throws IOException {
        plugin("base", "").build(inbox);
        plugin("late", GATED).dependsOn("base").build(inbox);
        start(Duration.ofSeconds(2), NEVER);
        assertThat(status("late").state()).isEqualTo(PluginState.STARTING);
        host.reload("base");
        openGate("late");
        awaitState("late", PluginState.SERVING);
        assertThat(starts("late")).isEqualTo(2);
    }
}
