package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the plugins of a new host side by side, those that are needed before those that need them, and serves all that came
 * up in one snapshot. Of two agents of one name, the plugin whose id sorts first wins. Where a plugin's best archive does not
 * start, its next best is tried in a further round.
 *
 * <p>A plugin whose start takes longer than the patience is late: its start goes on, the others are no longer kept waiting for
 * it, and when it ends the plugin is served like one that came later. Until then no other start of this plugin begins.
 */
final class FirstStart {
    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private final Starts starts;
    private final Deployments deployments;
    private final Candidates candidates;
    private final Upkeep upkeep;
    private final Ledger ledger;
    private final Turns turns;
    private final Hands hands;

    private final Duration patience;

    /** What came up in this round; read by those that need it. */
    private final Map<String, Generation> started = new ConcurrentHashMap<>();

    /** Those whose start goes on and is not late; guarded by this. */
    private final Map<String, Begun> starting = new TreeMap<>();

    /** The ids of those that are late; guarded by this. */
    private final Set<String> late = new TreeSet<>();

    /** Whoever is late does not serve before those that were in time do. */
    private final CountDownLatch over = new CountDownLatch(1);

    /** When a start began, and what is completed when it has ended or is late. */
    private record Begun(Candidate one, long nanos, CompletableFuture<Void> decided) {}

    FirstStart(
            Starts starts,
            Deployments deployments,
            Candidates candidates,
            Upkeep upkeep,
            Ledger ledger,
            Turns turns,
            Hands hands,
            Duration patience) {
        this.starts = starts;
        this.deployments = deployments;
        this.candidates = candidates;
        this.upkeep = upkeep;
        this.ledger = ledger;
        this.turns = turns;
        this.hands = hands;
        this.patience = patience;
    }

    /** Returns when all plugins serve, have failed or are late. */
    void run() {
        List<Candidate> serving = new ArrayList<>();
        try {
            Map<String, Candidate> round = toStart();
            while (!round.isEmpty()) {
                await(startAll(round));
                serving.addAll(serve(round));
                round = toStart();
            }
            ledger.remember(serving);
            tellLate();
        } finally {
            over.countDown();
        }
        log.info("{} plugins serve, {} do not", serving.size(), candidates.ids().size() - serving.size());
    }

    /** The best archive that was not found broken, of each plugin that neither serves nor is late. */
    private synchronized Map<String, Candidate> toStart() {
        Map<String, Candidate> best = new TreeMap<>();
        for (String id : candidates.ids()) {
            if (deployments.serving(id) == null && !late.contains(id)) {
                candidates.usable(id).stream().findFirst().ifPresent(one -> best.put(id, one));
            }
        }
        return best;
    }

    private CompletableFuture<Void> startAll(Map<String, Candidate> round) {
        NeedsOrder<Candidate> order =
                NeedsOrder.of(round.values(), one -> one.stored().info());
        order.circles().forEach((one, circle) -> upkeep.failed(one, NeedsOrder.inCircle(circle)));
        Map<String, CompletableFuture<Void>> decided = new HashMap<>();
        for (Candidate one : order.ordered()) {
            CompletableFuture<?>[] needed = one.stored().info().needs().stream()
                    .map(need -> decided.get(need.id()))
                    .filter(known -> known != null)
                    .toArray(CompletableFuture[]::new);
            CompletableFuture<Void> mine = new CompletableFuture<>();
            decided.put(one.id(), mine);
            CompletableFuture.allOf(needed)
                    .thenRunAsync(() -> start(one, mine), hands)
                    .whenComplete((ended, fault) -> {
                        if (fault == null) {
                            mine.complete(null);
                        } else if (!mine.completeExceptionally(fault)) {
                            log.error("The late start of plugin {} broke off", one.id(), fault);
                        }
                    });
        }
        return CompletableFuture.allOf(decided.values().toArray(CompletableFuture[]::new));
    }

    private void await(CompletableFuture<Void> all) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    all.get(untilNextIsLate(), TimeUnit.NANOSECONDS);
                    return;
                } catch (TimeoutException patienceIsOver) {
                    giveUpWaiting().forEach(one -> one.decided().complete(null));
                } catch (InterruptedException e) {
                    interrupted = true; // Bounded all the same, and a host half started would be of use to nobody.
                }
            }
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the plugins could not be started", fault.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized long untilNextIsLate() {
        long now = System.nanoTime();
        return starting.values().stream()
                .mapToLong(one -> Math.max(0, patience.toNanos() - (now - one.nanos())))
                .min()
                .orElse(patience.toNanos());
    }

    private synchronized List<Begun> giveUpWaiting() {
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

    /** Runs with the plugin to itself until its fate is decided, so that nobody starts it a second time meanwhile. */
    private void start(Candidate one, CompletableFuture<Void> decided) {
        turns.alone(one.id(), () -> {
            begin(new Begun(one, System.nanoTime(), decided));
            Generation fresh;
            try {
                fresh = starts.one(one.stored(), one.origin(), started);
            } catch (FailedStart failed) {
                if (endedInTime(one, null)) {
                    upkeep.failed(one, failed);
                } else {
                    upkeep.failedLate(one, failed);
                }
                return;
            }
            if (!endedInTime(one, fresh)) {
                upkeep.serveLate(one, fresh);
            }
        });
    }

    private synchronized void begin(Begun start) {
        starting.put(start.one().id(), start);
    }

    /** Whether it is served with the others of the round; if not, waits until those serve. */
    private boolean endedInTime(Candidate one, @Nullable Generation fresh) {
        synchronized (this) {
            if (starting.remove(one.id()) != null) {
                if (fresh != null) {
                    started.put(one.id(), fresh);
                }
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

    private List<Candidate> serve(Map<String, Candidate> round) {
        Map<Generation, FailedStart> refused = deployments.first(new TreeMap<>(started).values());
        refused.forEach((generation, why) -> {
            starts.discard(generation);
            if (!why.retried()) {
                upkeep.failed(new Candidate(generation.stored(), generation.origin()), why);
            }
            started.remove(generation.ref().id());
        });
        List<Candidate> serving = new ArrayList<>();
        for (String id : started.keySet()) {
            Candidate served = Objects.requireNonNull(round.get(id), "of this round");
            serving.add(served);
            upkeep.tellBetter(served);
        }
        // Who was of this round had its needs before it was started, and failed for another reason.
        candidates.brokenFor(started.keySet()).stream()
                .filter(waiting -> !round.containsKey(waiting))
                .forEach(candidates::mended);
        started.clear();
        return serving;
    }

    private synchronized void tellLate() {
        if (!late.isEmpty()) {
            log.warn(
                    "Plugins {} are still starting; each serves once it has started, or fails after"
                            + " copilot.plugins.start-timeout",
                    late);
        }
    }
}
