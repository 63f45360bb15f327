package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until earlier generations of plugins that cannot be loaded twice are gone, native libraries and all. */
final class Departures {
    private static final Logger log = LoggerFactory.getLogger(Departures.class);

    /** How long the old classes may take to be collected; native libraries are freed with them. */
    private static final Duration COLLECTION = Duration.ofSeconds(10);

    private static final long COLLECTION_STEP_MILLIS = 20;

    private final Deployments deployments;
    private final LeakWatch leaks;
    private final PluginHostOptions options;

    Departures(Deployments deployments, LeakWatch leaks, PluginHostOptions options) {
        this.deployments = deployments;
        this.leaks = leaks;
        this.options = options;
    }

    /** Waits, for a bounded time, until no earlier generation of these plugins drains or is in memory. */
    void await(Set<String> ids) {
        long end = System.nanoTime()
                + COLLECTION
                        .plus(options.drainTimeout())
                        .plus(options.stopTimeout())
                        .toNanos();
        boolean collecting = false;
        while (ids.stream().anyMatch(id -> deployments.isDraining(id) || leaks.inMemory(id))) {
            if (!collecting && ids.stream().noneMatch(deployments::isDraining)) {
                collecting = true;
                end = System.nanoTime() + COLLECTION.toNanos();
            }
            if (System.nanoTime() > end) {
                log.warn(
                        "Earlier classes of {} are still in memory {} after they were unloaded; a native library of theirs"
                                + " cannot be loaded again until they are gone",
                        ids,
                        COLLECTION);
                return;
            }
            // Asked for only here: an exclusive plugin's native library is freed when its loader is collected.
            System.gc();
            try {
                Thread.sleep(COLLECTION_STEP_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
