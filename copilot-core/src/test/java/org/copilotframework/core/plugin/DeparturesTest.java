package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.Reference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.archive.Swap;
import org.junit.jupiter.api.Test;

/** How often the process is stopped for a garbage collection while earlier classes of a plugin are waited for. */
class DeparturesTest {
    private static final PluginRef ONE = new PluginRef("one", "1.0.0");

    private final Deployments deployments = new Deployments(new AgentDirectory(), status -> {});
    private final LeakWatch leaks = new LeakWatch();
    private final AtomicInteger collections = new AtomicInteger();

    private Departures departures(Runnable collector, Duration limit) {
        PluginHostOptions options = new PluginHostOptions(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                3,
                1,
                1);
        return new Departures(deployments, leaks, options, collector, limit);
    }

    @Test
    void classesThatAreHeldCostAHandfulOfCollections() throws Exception {
        try (URLClassLoader held = new URLClassLoader(new URL[0])) {
            leaks.unloaded(ONE, held);
            departures(collections::incrementAndGet, Duration.ofSeconds(1)).await(Set.of("one"));
            assertThat(collections.get()).isBetween(2, 8);
            Reference.reachabilityFence(held);
        }
    }

    @Test
    void classesThatDoNotGoAreWaitedForOnce() throws Exception {
        try (URLClassLoader held = new URLClassLoader(new URL[0])) {
            leaks.unloaded(ONE, held);
            Departures departures = departures(collections::incrementAndGet, Duration.ofMillis(200));
            departures.await(Set.of("one"));
            int first = collections.get();

            departures.await(Set.of("one"));

            assertThat(collections.get()).isEqualTo(first);
            assertThat(leaks.uncollected()).as("they are told all the same").hasSize(1);
            Reference.reachabilityFence(held);
        }
    }

    @Test
    void nothingIsCollectedWhileCallsDrain() throws Exception {
        Generation draining = new Generation(
                new StoredPlugin(
                        new ArchiveInfo(
                                ONE,
                                PluginKind.AGENT,
                                "",
                                "",
                                "",
                                List.of(),
                                Swap.EXCLUSIVE,
                                null,
                                List.of("x"),
                                List.of()),
                        Path.of("none"),
                        List.of()),
                "installed");
        deployments.draining(List.of(draining));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() ->
                departures(collections::incrementAndGet, Duration.ofSeconds(1)).await(Set.of("one")));
        await().pollDelay(Duration.ofMillis(300)).until(() -> collections.get() == 0);
        assertThat(waiting).isNotDone();
        deployments.drained(List.of(draining));
        waiting.get(10, TimeUnit.SECONDS);
        assertThat(collections.get()).isZero();
    }
}
