package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until earlier generations of plugins that cannot be loaded twice are gone, native libraries and all. */
final class Departures {
    private static final Logger log = LoggerFactory.getLogger(Departures.class);

    /** How long the old classes may take to be collected; native libraries are freed with them. */
    private static final Duration COLLECTION = Duration.ofSeconds(10);

    private static final long LOOK_MILLIS = 20;

    private final Deployments deployments;
    private final LeakWatch leaks;
    private final PluginHostOptions options;
    private final Runnable collector;
    private final Duration collection;

    Departures(Deployments deployments, LeakWatch leaks, PluginHostOptions options) {
        this(deployments, leaks, options, System::gc, COLLECTION);
    }

    Departures(
            Deployments deployments,
            LeakWatch leaks,
            PluginHostOptions options,
            Runnable collector,
            Duration collection) {
        this.deployments = deployments;
        this.leaks = leaks;
        this.options = options;
        this.collector = collector;
        this.collection = collection;
    }

    /**
     * Waits, for a bounded time, until no earlier generation of these plugins drains or is in memory. What does not go in that
     * time is not waited for another time.
     */
    void await(Set<String> ids) {
        try {
            Duration draining = collection.plus(options.drainTimeout()).plus(options.stopTimeout());
            boolean gone = within(draining, () -> ids.stream().noneMatch(deployments::isDraining));
            if (!gone || !collected(ids)) {
                log.warn(
                        "Earlier classes of {} are still in memory {} after they were unloaded; a native library of theirs"
                                + " cannot be loaded again until they are gone",
                        ids,
                        collection);
                ids.forEach(leaks::giveUp);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * An exclusive plugin's native library is freed when its loader is collected, so that is asked for, here only. Each time
     * stops the whole process, so the pauses in between double: a handful of times in all.
     */
    private boolean collected(Set<String> ids) throws InterruptedException {
        BooleanSupplier gone = () -> ids.stream().noneMatch(leaks::inMemory);
        long end = System.nanoTime() + collection.toNanos();
        Duration pause = Duration.ofMillis(LOOK_MILLIS);
        while (!gone.getAsBoolean()) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                return false;
            }
            collector.run();
            within(pause.compareTo(left) < 0 ? pause : left, gone);
            pause = pause.multipliedBy(2);
        }
        return true;
    }

    private static boolean within(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }
}
