package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p>A plugin that is not up when the patience ends is late: its start goes on, and when it ends the plugin is served like one
 * that came later. Until then no other start of this plugin begins.
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

    /** What came up in this round; read by those that need it. */
    private final Map<String, Generation> started = new ConcurrentHashMap<>();

    /** Those whose start has begun and not ended; guarded by this. */
    private final Map<String, Candidate> starting = new TreeMap<>();

    /** From when on a start that ends is late; guarded by this. */
    private boolean over;

    FirstStart(
            Starts starts,
            Deployments deployments,
            Candidates candidates,
            Upkeep upkeep,
            Ledger ledger,
            Turns turns,
            Hands hands) {
        this.starts = starts;
        this.deployments = deployments;
        this.candidates = candidates;
        this.upkeep = upkeep;
        this.ledger = ledger;
        this.turns = turns;
        this.hands = hands;
    }

    /** Returns when all plugins serve or have failed, or the patience is at its end. */
    void run(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        List<Candidate> serving = new ArrayList<>();
        boolean inTime = true;
        Map<String, Candidate> round = toStart();
        while (!round.isEmpty() && inTime) {
            inTime = awaited(startAll(round), end - System.nanoTime());
            serving.addAll(serve(round, inTime));
            round = toStart();
        }
        ledger.remember(serving);
        if (!inTime) {
            leaveToUpkeep();
        }
        log.info("{} plugins serve, {} do not", serving.size(), candidates.ids().size() - serving.size());
    }

    /** The best archive that was not found broken, of each plugin that does not serve. */
    private Map<String, Candidate> toStart() {
        Map<String, Candidate> best = new TreeMap<>();
        for (String id : candidates.ids()) {
            if (deployments.serving(id) == null) {
                candidates.usable(id).stream().findFirst().ifPresent(one -> best.put(id, one));
            }
        }
        return best;
    }

    private CompletableFuture<Void> startAll(Map<String, Candidate> round) {
        NeedsOrder<Candidate> order =
                NeedsOrder.of(round.values(), one -> one.stored().info());
        order.circles().forEach((one, circle) -> upkeep.failed(one, NeedsOrder.inCircle(circle)));
        Map<String, CompletableFuture<Void>> ends = new HashMap<>();
        for (Candidate one : order.ordered()) {
            CompletableFuture<?>[] needed = one.stored().info().needs().stream()
                    .map(need -> ends.get(need.id()))
                    .filter(known -> known != null)
                    .toArray(CompletableFuture[]::new);
            ends.put(one.id(), CompletableFuture.allOf(needed).thenRunAsync(() -> start(one), hands));
        }
        return CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new));
    }

    private static boolean awaited(CompletableFuture<Void> all, long nanos) {
        try {
            all.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException patienceIsOver) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the plugins could not be started", fault.getCause());
        }
    }

    /** Runs with the plugin to itself until its fate is decided, so that nobody starts it a second time meanwhile. */
    private void start(Candidate one) {
        turns.alone(one.id(), () -> {
            if (!begun(one)) {
                return;
            }
            Generation fresh;
            try {
                fresh = starts.one(one.stored(), one.origin(), started);
            } catch (FailedStart failed) {
                if (inTime(one, null)) {
                    upkeep.failed(one, failed);
                } else {
                    upkeep.failedLate(one, failed);
                }
                return;
            }
            if (!inTime(one, fresh)) {
                upkeep.serveLate(one, fresh);
            }
        });
    }

    private synchronized boolean begun(Candidate one) {
        if (!over) {
            starting.put(one.id(), one);
        }
        return !over;
    }

    /** Whether the start ended in time; if so, what came up is served with the others of the round. */
    private synchronized boolean inTime(Candidate one, @Nullable Generation fresh) {
        if (!over) {
            starting.remove(one.id());
            if (fresh != null) {
                started.put(one.id(), fresh);
            }
        }
        return !over;
    }

    private List<Candidate> serve(Map<String, Candidate> round, boolean inTime) {
        Map<Generation, FailedStart> refused;
        List<Candidate> serving = new ArrayList<>();
        // Whoever is late by now waits for its turn until the others serve, so that their order alone decides on names.
        synchronized (this) {
            over = !inTime;
            refused = deployments.first(new TreeMap<>(started).values());
            starting.values().forEach(deployments::starting);
        }
        refused.forEach((generation, why) -> {
            starts.discard(generation);
            if (!why.retried()) {
                upkeep.failed(new Candidate(generation.stored(), generation.origin()), why);
            }
            started.remove(generation.ref().id());
        });
        for (String id : started.keySet()) {
            Candidate served = Objects.requireNonNull(round.get(id), "of this round");
            serving.add(served);
            upkeep.tellBetter(served);
            // Who was of this round had its needs before it was started, and failed for another reason.
            candidates.brokenFor(id).stream()
                    .filter(waiting -> !round.containsKey(waiting))
                    .forEach(candidates::mended);
        }
        started.clear();
        return serving;
    }

    /** What has not begun, because it waits for something late, is started like what comes later. */
    private synchronized void leaveToUpkeep() {
        if (!starting.isEmpty()) {
            log.warn(
                    "Plugins {} are still starting; each serves once it has started, or fails after"
                            + " copilot.plugins.start-timeout",
                    starting.keySet());
        }
        Map<String, Candidate> rest = toStart();
        rest.keySet().removeAll(starting.keySet());
        upkeep.settleSoon(rest.keySet());
    }
}
