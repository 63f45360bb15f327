package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.core.archive.SharedPackages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared classes are loaded by many threads at once, and without the lock that a loader takes for its own classes. */
class GenerationLoaderTest {
    private static final int THREADS = 8;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.copilotframework.api.agent.AgentReply",
                "org.pf4j.PluginWrapper",
                "org.slf4j.event.Level",
                "org.jspecify.annotations.Nullable"
            })
    void manyThreadsAndGenerationsGetTheOneSharedClass(String name) throws Exception {
        assertThat(SharedPackages.artifact(name)).isNotNull();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (GenerationLoader base = new GenerationLoader(List.of(), new SharedClasses(), List.of());
                GenerationLoader user = new GenerationLoader(List.of(), new SharedClasses(), List.of(base))) {
            Set<Class<?>> seen = ConcurrentHashMap.newKeySet();
            CountDownLatch together = new CountDownLatch(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                GenerationLoader loader = i % 2 == 0 ? base : user;
                all.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return seen.add(Class.forName(name, true, loader));
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(seen).containsExactly(Class.forName(name));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSharedClassIsLoadedWhileAnotherThreadHoldsTheLoader() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try (GenerationLoader loader = new GenerationLoader(List.of(), new SharedClasses(), List.of())) {
            synchronized (loader) {
                Future<Class<?>> other = threads.submit(() -> loader.loadClass(Agent.class.getName()));
                assertThat(other.get()).isSameAs(Agent.class);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
