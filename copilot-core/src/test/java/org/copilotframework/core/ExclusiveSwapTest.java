package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plugins that cannot be loaded twice. They fail to start here while a system property says that another one lives. */
class ExclusiveSwapTest {
    private static final String ALIVE = "copilot.test.exclusive";

    @RegisterExtension
    private final TestBed bed = TestBed.started();

    @BeforeEach
    void nothingIsAlive() {
        System.clearProperty(ALIVE);
    }

    /** Its start waits for a gate, if the version has one. */
    private Path version(String version, boolean gated) {
        return PluginJars.plugin("single", version)
                .manifest("Copilot-Swap", "exclusive")
                .agent("single", "return AgentReply.text(\"" + version + "\");", """
                        public void start(PluginContext plugin) throws Exception {
                            if (System.getProperty("%1$s") != null) { throw new IllegalStateException("already loaded"); }
                            System.setProperty("%1$s", "%2$s");
                            java.nio.file.Path gate = plugin.workDirectory().resolve("gate");
                            while (%3$s && !java.nio.file.Files.exists(gate)) { Thread.sleep(5); }
                        }
                        public void stop() { System.clearProperty("%1$s"); }
                        """.formatted(ALIVE, version, gated))
                .build(bed.built());
    }

    @Test
    void theOldIsDownBeforeTheNewStartsAndCallsWaitMeanwhile() throws Exception {
        bed.plugins().install(version("1.0.0", false));
        Future<PluginChange> change =
                CompletableFuture.supplyAsync(() -> bed.plugins().install(version("2.0.0", true)));
        await().until(() -> bed.status("single").state() == PluginState.HELD);
        Run waiting = bed.client().submit(AgentRequest.to("single").text("?").build());
        assertThat(waiting.reply().toCompletableFuture()).isNotDone();
        assertThat(bed.copilot().agents().find("single")).isPresent();

        Files.createFile(bed.home().resolve("data/single/gate"));
        assertThat(change.get().to()).isEqualTo("2.0.0");
        assertThat(waiting.reply().toCompletableFuture().get().text()).isEqualTo("2.0.0");
        assertThat(bed.ask("single")).isEqualTo("2.0.0");
    }

    @Test
    void theOldComesBackIfTheNewDoesNotStart() {
        bed.plugins().install(version("1.0.0", false));
        Path bad = PluginJars.plugin("single", "2.0.0")
                .manifest("Copilot-Swap", "exclusive")
                .agent(
                        "single",
                        "return null;",
                        "public void start(PluginContext plugin) { throw new Error(\"broken\"); }")
                .build(bed.built());
        assertThatThrownBy(() -> bed.plugins().install(bad))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("broken")
                .hasMessageContaining("version 1.0.0 serves on");
        assertThat(bed.ask("single")).isEqualTo("1.0.0");
    }

    @Test
    void anInterruptOfTheCallerBreaksNothingOff() throws Exception {
        bed.plugins().install(version("1.0.0", false));
        Path next = version("2.0.0", false);
        CompletableFuture<PluginChange> change = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                change.complete(bed.plugins().install(next));
            } catch (RuntimeException failure) {
                change.completeExceptionally(failure);
            }
        });
        caller.start();
        assertThat(change.get().to()).isEqualTo("2.0.0");
        assertThat(bed.ask("single")).isEqualTo("2.0.0");
    }

    @Test
    void aPluginThatNeitherStartsNorComesBackIsToldAsFailed() {
        bed.plugins().install(version("1.0.0", false));
        Path bad = PluginJars.plugin("single", "2.0.0")
                .manifest("Copilot-Swap", "exclusive")
                .agent(
                        "single",
                        "return null;",
                        "public void start(PluginContext plugin) { System.setProperty(\"" + ALIVE
                                + "\", \"stuck\"); throw new Error(\"broken\"); }")
                .build(bed.built());
        assertThatThrownBy(() -> bed.plugins().install(bad))
                .hasMessageContaining("broken")
                .hasMessageContaining("does not come back")
                .hasMessageContaining("already loaded");
        assertThat(bed.status("single").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.DEGRADED);
        System.clearProperty(ALIVE);
        assertThat(bed.plugins().reload("single").to()).isEqualTo("1.0.0");
    }

    @Test
    void callsBeyondTheWaitingRoomAreToldToComeBack() throws Exception {
        bed.close();
        bed.with("copilot.plugins.waiting-calls", "1").start();
        bed.plugins().install(version("1.0.0", false));
        Future<PluginChange> change =
                CompletableFuture.supplyAsync(() -> bed.plugins().install(version("2.0.0", true)));
        await().until(() -> bed.status("single").state() == PluginState.HELD);
        assertThatThrownBy(() -> bed.client()
                        .invoke(AgentRequest.to("single")
                                .text("?")
                                .timeout(Duration.ofMillis(50))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        // Whose time was up waits no more, so there is room for one again.
        Run first = bed.client().submit(AgentRequest.to("single").text("?").build());
        assertThatThrownBy(() ->
                        bed.client().submit(AgentRequest.to("single").text("?").build()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("too many calls wait");
        Files.createFile(bed.home().resolve("data/single/gate"));
        change.get();
        assertThat(first.reply().toCompletableFuture().get().text()).isEqualTo("2.0.0");
    }

    @Test
    void theOldClassesAreCollectedBeforeTheNewStart() {
        // The new version's start finds the marker of the old loader only if that loader is still in memory.
        String members = """
                static final Object MARK = new Object();
                public void start(PluginContext plugin) {
                    java.lang.ref.WeakReference<?> before =
                            (java.lang.ref.WeakReference<?>) System.getProperties().get("copilot.test.loader");
                    if (before != null && before.get() != null) { throw new IllegalStateException("still in memory"); }
                    System.getProperties().put("copilot.test.loader",
                            new java.lang.ref.WeakReference<>(getClass().getClassLoader()));
                }
                """;
        try {
            for (int version = 1; version <= 3; version++) {
                bed.plugins()
                        .install(PluginJars.plugin("lib", version + ".0.0")
                                .manifest("Copilot-Swap", "exclusive")
                                .agent("lib", "return AgentReply.text(\"" + version + "\");", members)
                                .build(bed.built()));
                assertThat(bed.ask("lib")).isEqualTo(Integer.toString(version));
            }
        } finally {
            System.getProperties().remove("copilot.test.loader");
        }
    }
}
