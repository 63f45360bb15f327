package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HotSwapTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private Path version(String version) {
        return PluginJars.plugin("greeter", version)
                .agent("greet", "return AgentReply.text(\"" + version + "\");")
                .build(bed.built());
    }

    @Test
    void anInstalledPluginServesAtOnce() {
        bed.start();
        PluginChange change = bed.plugins().install(version("1.0.0"));
        assertThat(change.kind()).isEqualTo(PluginChange.Kind.INSTALLED);
        assertThat(change.from()).isNull();
        assertThat(change.to()).isEqualTo("1.0.0");
        assertThat(change.agents()).containsExactly("greet");
        assertThat(bed.ask("greet")).isEqualTo("1.0.0");
        assertThat(bed.copilot()
                        .agents()
                        .find("greet")
                        .orElseThrow()
                        .plugin()
                        .orElseThrow()
                        .version())
                .isEqualTo("1.0.0");
    }

    @Test
    void theSameArchiveAgainChangesNothing() {
        bed.start();
        bed.plugins().install(version("1.0.0"));
        assertThat(bed.plugins().install(version("1.0.0")).kind()).isEqualTo(PluginChange.Kind.UNCHANGED);
    }

    @Test
    void aSecondVersionServesWhileTheFirstDrains() {
        bed.start();
        bed.plugins()
                .install(PluginJars.plugin("greeter", "1.0.0")
                        .agent("greet", """
                        context.emit(new Event.Progress("in", null));
                        while (context.workDirectory().resolve("gate").toFile().exists() == false) { Thread.sleep(5); }
                        return AgentReply.text("slow 1.0.0");
                        """)
                        .build(bed.built()));
        Run slow = bed.client().submit(AgentRequest.to("greet").text("?").build());
        awaitProgress(slow);

        PluginChange change = bed.plugins().install(version("2.0.0"));
        assertThat(change.kind()).isEqualTo(PluginChange.Kind.UPDATED);
        assertThat(bed.ask("greet")).isEqualTo("2.0.0");
        assertThat(bed.plugins().list())
                .extracting(status -> status.version() + " " + status.state())
                .containsExactlyInAnyOrder("2.0.0 SERVING", "1.0.0 DRAINING");

        open(bed.home().resolve("data/greeter/gate"));
        assertThat(slow.reply().toCompletableFuture().join().text()).isEqualTo("slow 1.0.0");
        await().until(() -> bed.plugins().list().size() == 1);
    }

    @Test
    void noCallFailsWhileVersionsAreSwappedUnderLoad() throws Exception {
        bed.start();
        List<Path> versions = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            versions.add(version(i + ".0.0"));
        }
        bed.plugins().install(versions.get(0));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong calls = new AtomicLong();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(threads.submit(() -> {
                while (!stop.get()) {
                    try {
                        bed.ask("greet");
                        calls.incrementAndGet();
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                }
            }));
        }
        for (int swap = 0; swap < 40; swap++) {
            bed.plugins().install(versions.get((swap + 1) % versions.size()));
        }
        stop.set(true);
        for (Future<?> caller : callers) {
            caller.get();
        }
        threads.shutdown();
        assertThat(failures).isEmpty();
        assertThat(calls.get()).isPositive();
        await().until(() -> bed.plugins().list().size() == 1);
        awaitCollected();
    }

    @Test
    void aVersionThatDoesNotStartLeavesTheOldServing() {
        bed.start();
        bed.plugins().install(version("1.0.0"));
        Path bad = PluginJars.plugin("greeter", "2.0.0")
                .agent(
                        "greet",
                        "return AgentReply.text(\"never\");",
                        "public void start(PluginContext plugin) { throw new IllegalStateException(\"no database\"); }")
                .build(bed.built());
        assertThatThrownBy(() -> bed.plugins().install(bad))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("greeter 2.0.0")
                .hasMessageContaining("start() threw java.lang.IllegalStateException: no database")
                .hasMessageContaining("version 1.0.0 serves on");
        assertThat(bed.ask("greet")).isEqualTo("1.0.0");
        assertThat(bed.restart().ask("greet")).isEqualTo("1.0.0");
    }

    @Test
    void rollbackServesTheVersionBefore() {
        bed.start();
        bed.plugins().install(version("1.0.0"));
        bed.plugins().install(version("2.0.0"));
        PluginChange change = bed.plugins().rollback("greeter");
        assertThat(change.kind()).isEqualTo(PluginChange.Kind.ROLLED_BACK);
        assertThat(change.from()).isEqualTo("2.0.0");
        assertThat(change.to()).isEqualTo("1.0.0");
        assertThat(bed.ask("greet")).isEqualTo("1.0.0");
        assertThat(bed.restart().ask("greet")).isEqualTo("1.0.0");
        assertThatThrownBy(() -> bed.plugins().rollback("greeter")).isInstanceOf(ConflictException.class);
    }

    @Test
    void reloadMakesNewInstances() {
        bed.start();
        bed.plugins()
                .install(PluginJars.plugin("counter", "1.0.0")
                        .agent(
                                "count",
                                "return AgentReply.text(String.valueOf(CALLS.incrementAndGet()));",
                                "static final java.util.concurrent.atomic.AtomicInteger CALLS ="
                                        + " new java.util.concurrent.atomic.AtomicInteger();")
                        .build(bed.built()));
        bed.ask("count");
        assertThat(bed.ask("count")).isEqualTo("2");
        assertThat(bed.plugins().reload("counter").kind()).isEqualTo(PluginChange.Kind.RELOADED);
        assertThat(bed.ask("count")).isEqualTo("1");
    }

    @Test
    void aRemovedPluginIsGoneAlsoAfterARestart() {
        bed.start();
        bed.plugins().install(version("1.0.0"));
        PluginChange change = bed.plugins().remove("greeter");
        assertThat(change.kind()).isEqualTo(PluginChange.Kind.REMOVED);
        assertThat(change.to()).isNull();
        assertThatThrownBy(() -> bed.ask("greet")).isInstanceOf(NotFoundException.class);
        bed.restart();
        assertThatThrownBy(() -> bed.ask("greet")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> bed.plugins().remove("greeter")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatWasInstalledServesAfterARestart() {
        bed.start();
        bed.plugins().install(version("1.0.0"));
        bed.plugins().install(version("2.0.0"));
        bed.restart();
        assertThat(bed.ask("greet")).isEqualTo("2.0.0");
        assertThat(bed.plugins().rollback("greeter").to()).isEqualTo("1.0.0");
    }

    @Test
    void aSubmittedRunThatOutlivesTheDrainIsDoneByTheNewVersion() {
        bed.with("copilot.plugins.drain-timeout", "100ms").start();
        bed.plugins()
                .install(PluginJars.plugin("greeter", "1.0.0")
                        .agent(
                                "greet",
                                "context.emit(new Event.Progress(\"in\", null)); Thread.sleep(60000); return null;")
                        .build(bed.built()));
        Run slow = bed.client().submit(AgentRequest.to("greet").text("?").build());
        awaitProgress(slow);
        bed.plugins().install(version("2.0.0"));
        assertThat(slow.reply().toCompletableFuture().join().text()).isEqualTo("2.0.0");
        await().until(() -> bed.plugins().list().size() == 1);
    }

    private void awaitCollected() {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return bed.plugins().uncollected().isEmpty();
        });
    }

    private static void awaitProgress(Run run) {
        try (EventStream events = run.events(0)) {
            while (!(events.next().event() instanceof Event.Progress)) {
                // The events before it are of no interest here.
            }
        }
    }

    private static void open(Path gate) {
        try {
            java.nio.file.Files.createFile(gate);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
