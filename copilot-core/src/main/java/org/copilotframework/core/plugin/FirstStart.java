package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.copilotframework.core.archive.PluginNeed;
import org.copilotframework.core.plugin.Candidates.Candidate;
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

    private final Latecomers late;

    /** What came up in this round; read by those that need it. */
    private final Map<String, Generation> started = new ConcurrentHashMap<>();

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
        this.late = new Latecomers(deployments, patience);
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
            late.tell();
        } finally {
            late.end();
        }
        log.info("{} plugins serve, {} do not", serving.size(), candidates.ids().size() - serving.size());
    }

    /** The best archive that was not found broken, of each plugin that neither serves nor is late. */
    private Map<String, Candidate> toStart() {
        Map<String, Candidate> best = new TreeMap<>();
        for (String id : candidates.ids()) {
            if (deployments.serving(id) == null && !late.has(id)) {
                List<Candidate> usable = candidates.usable(id);
                if (!usable.isEmpty()) {
                    best.put(id, usable.get(0));
                }
            }
        }
        return best;
    }

    private CompletableFuture<Void> startAll(Map<String, Candidate> round) {
        NeedsOrder<Candidate> order =
                NeedsOrder.of(round.values(), one -> one.stored().info());
        for (Map.Entry<Candidate, Set<String>> one : order.circles().entrySet()) {
            upkeep.failed(one.getKey(), NeedsOrder.inCircle(one.getValue()));
        }
        Map<String, CompletableFuture<Void>> decided = new HashMap<>();
        for (Candidate one : order.ordered()) {
            List<CompletableFuture<Void>> needed = new ArrayList<>();
            for (PluginNeed need : one.stored().info().needs()) {
                CompletableFuture<Void> known = decided.get(need.id());
                if (known != null) {
                    needed.add(known);
                }
            }
            CompletableFuture<Void> mine = new CompletableFuture<>();
            decided.put(one.id(), mine);
            Runnable start = () -> startAndDecide(one, mine);
            if (needed.isEmpty()) {
                hands.execute(start);
            } else {
                allOf(needed).thenRunAsync(start, hands).exceptionally(fault -> {
                    mine.completeExceptionally(fault);
                    return null;
                });
            }
        }
        return allOf(decided.values());
    }

    private static CompletableFuture<Void> allOf(Collection<CompletableFuture<Void>> all) {
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
    }

    private void startAndDecide(Candidate one, CompletableFuture<Void> mine) {
        try {
            start(one, mine);
            mine.complete(null);
        } catch (RuntimeException | Error fault) {
            if (!mine.completeExceptionally(fault)) {
                log.error("The late start of plugin {} broke off", one.id(), fault);
            }
        }
    }

    private void await(CompletableFuture<Void> all) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    all.get(late.nanosUntilNextIsLate(), TimeUnit.NANOSECONDS);
                    return;
                } catch (TimeoutException patienceIsOver) {
                    late.giveUpWaiting();
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

    /** Runs with the plugin to itself until its fate is decided, so that nobody starts it a second time meanwhile. */
    private void start(Candidate one, CompletableFuture<Void> decided) {
        turns.alone(one.id(), () -> {
            late.begin(one, decided);
            Generation fresh;
            try {
                fresh = starts.one(one.stored(), one.origin(), started);
            } catch (FailedStart failed) {
                if (late.endedInTime(one)) {
                    upkeep.failed(one, failed);
                } else {
                    upkeep.failedLate(one, failed);
                }
                return;
            }
            if (late.endedInTime(one)) {
                started.put(one.id(), fresh);
            } else {
                upkeep.serveLate(one, fresh);
            }
        });
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
            upkeep.tellOthers(served);
        }
        // Who was of this round had its needs before it was started, and failed for another reason.
        candidates.brokenFor(started.keySet()).stream()
                .filter(waiting -> !round.containsKey(waiting))
                .forEach(candidates::mended);
        started.clear();
        return serving;
    }
}
