package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes down generations that serve no more: waits for their calls, revokes those that go on too long, stops the agents and
 * unloads the classes. Generations that depend on each other drain as one, the dependents stopped first.
 */
final class Drains implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Drains.class);

    private final Deployments deployments;
    private final LeakWatch leaks;
    private final PluginHostOptions options;
    private final Runnable afterUnload;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "copilot-drain", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    Drains(Deployments deployments, LeakWatch leaks, PluginHostOptions options, Runnable afterUnload) {
        this.deployments = deployments;
        this.leaks = leaks;
        this.options = options;
        this.afterUnload = afterUnload;
    }

    /** Takes down in the background. The generations are in the order of their dependencies, those needed first. */
    CompletableFuture<Void> begin(List<Generation> generations) {
        generations.forEach(one -> one.leases().close());
        deployments.draining(generations);
        try {
            return CompletableFuture.runAsync(() -> takeDown(generations), threads);
        } catch (RejectedExecutionException closing) {
            takeDown(generations);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Takes down and waits until all of it is done. */
    void run(List<Generation> generations) {
        begin(generations).join();
    }

    private void takeDown(List<Generation> generations) {
        try {
            if (!drained(generations, options.drainTimeout())) {
                for (Generation one : generations) {
                    if (one.leases().active() > 0) {
                        log.warn(
                                "Plugin {}: {} calls still run {} after it was replaced; they are canceled",
                                one.ref(),
                                one.leases().active(),
                                options.drainTimeout());
                        one.leases().revokeAll("plugin " + one.ref() + " is being unloaded");
                    }
                }
                if (!drained(generations, options.stopTimeout())) {
                    log.warn(
                            "Plugins {}: calls ignore their cancellation; their classes are unloaded all the same",
                            generations.stream().map(Generation::ref).toList());
                }
            }
        } finally {
            // Each by itself: what goes wrong with one is no reason to leave the others in memory.
            for (int i = generations.size() - 1; i >= 0; i--) {
                Generation one = generations.get(i);
                safely(() -> {
                    one.takeDown(options.stopTimeout(), leaks);
                    log.info("Plugin {} is unloaded", one.ref());
                });
            }
            safely(() -> deployments.drained(generations));
            safely(afterUnload);
        }
    }

    private static void safely(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error fault) {
            log.error("A plugin could not be taken down as it should be", fault);
        }
    }

    private static boolean drained(List<Generation> generations, Duration limit) {
        CompletableFuture<?> all = CompletableFuture.allOf(
                generations.stream().map(one -> one.leases().drained()).toArray(CompletableFuture[]::new));
        try {
            all.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException tooLong) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            Duration limit = options.drainTimeout().plus(options.stopTimeout()).plus(options.stopTimeout());
            if (!threads.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("Some plugins did not come down within {}", limit);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
