package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.copilotframework.api.plugin.PluginRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a plugin does at its end, step by step. Each step is run whatever the ones before did: one that throws is the step's own
 * concern, and one that does not return in time is left behind, with the thread that it hangs on.
 */
final class Stopping {
    private static final Logger log = LoggerFactory.getLogger(Stopping.class);

    private final PluginRef plugin;
    private final @Nullable ClassLoader loader;
    private final Deque<Runnable> rest;

    /** Counts the threads that were given the steps; guarded by this, as are the steps. */
    private int turn;

    Stopping(PluginRef plugin, @Nullable ClassLoader loader, Collection<Runnable> steps) {
        this.plugin = plugin;
        this.loader = loader;
        this.rest = new ArrayDeque<>(steps);
    }

    /**
     * Runs the steps. Returns in time: at most the limit for each step that hangs, and once more for the others.
     *
     * @param limit how long those steps may take together that none hangs of
     */
    void run(Duration limit) {
        // Each time but the last, one step hangs; where there is no thread to be had, none is begun.
        for (int most = left();
                most > 0 && left() > 0 && !Thread.currentThread().isInterrupted();
                most--) {
            int mine = nextTurn();
            try {
                TimeBound.run("stop-" + plugin.id(), limit, "copilot.plugins.stop-timeout", () -> {
                    Thread.currentThread().setContextClassLoader(loader);
                    for (Runnable step = next(mine); step != null; step = next(mine)) {
                        step.run();
                    }
                });
            } catch (FailedStart failed) {
                log.warn("Plugin {}: stop() {}; it is unloaded all the same", plugin, failed.getMessage());
            }
        }
        nextTurn(); // Whoever hung and comes back after all finds nothing to do.
    }

    private synchronized int left() {
        return rest.size();
    }

    private synchronized int nextTurn() {
        return ++turn;
    }

    private synchronized @Nullable Runnable next(int of) {
        return of == turn ? rest.poll() : null;
    }
}
