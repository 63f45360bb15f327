package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which starts go on while a host starts, and which of them take longer than it waits. Each method is atomic. */
final class Latecomers {
    private static final Logger log = LoggerFactory.getLogger(Latecomers.class);

    private final Deployments deployments;
    private final Duration patience;

    /** Those whose start goes on and is not late; guarded by this. */
    private final Map<String, Begun> starting = new TreeMap<>();

    /** The ids of those that are late; guarded by this. */
    private final Set<String> late = new TreeSet<>();

    /** Whoever is late does not serve before those that were in time do. */
    private final CountDownLatch over = new CountDownLatch(1);

    /** When a start began, and what is completed when it is late. */
    private record Begun(Candidate one, long nanos, CompletableFuture<Void> decided) {}

    Latecomers(Deployments deployments, Duration patience) {
        this.deployments = deployments;
        this.patience = patience;
    }

    synchronized boolean has(String id) {
        return late.contains(id);
    }

    /** A start begins. */
    synchronized void begin(Candidate one, CompletableFuture<Void> decided) {
        starting.put(one.id(), new Begun(one, System.nanoTime(), decided));
    }

    synchronized long nanosUntilNextIsLate() {
        long now = System.nanoTime();
        long least = patience.toNanos();
        for (Begun one : starting.values()) {
            least = Math.min(least, Math.max(0, patience.toNanos() - (now - one.nanos())));
        }
        return least;
    }

    /** Those that have begun too long ago are late from now on. */
    void giveUpWaiting() {
        takeLate().forEach(one -> one.decided().complete(null));
    }

    private synchronized List<Begun> takeLate() {
        long now = System.nanoTime();
        List<Begun> given = starting.values().stream()
                .filter(one -> now - one.nanos() >= patience.toNanos())
                .toList();
        for (Begun begun : given) {
            starting.remove(begun.one().id());
            late.add(begun.one().id());
            deployments.starting(begun.one());
        }
        return given;
    }

    /** A start has ended. Returns whether it is served with the others of the round; if not, when those serve. */
    boolean endedInTime(Candidate one) {
        synchronized (this) {
            if (starting.remove(one.id()) != null) {
                return true;
            }
        }
        try {
            over.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // What follows is told in the plugin's status then.
        }
        return false;
    }

    synchronized void tell() {
        if (!late.isEmpty()) {
            log.warn(
                    "Plugins {} are still starting; each serves once it has started, or fails after"
                            + " copilot.plugins.start-timeout",
                    late);
        }
    }

    /** All that were in time serve, or have failed. */
    void end() {
        over.countDown();
    }
}
