package org.copilotframework.core.plugin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what serves in line with what could serve. */
final class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private final Ledger ledger;
    private final Candidates candidates;
    private final PassedOver passedOver;
    private final Deployments deployments;
    private final Exchange exchange;
    private final Turns turns;
    private final Hands hands;

    /** Those that wait to be settled: each at most once, whatever happens to them meanwhile. */
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    Upkeep(Ledger ledger, Candidates candidates, Deployments deployments, Exchange exchange, Turns turns, Hands hands) {
        this.ledger = ledger;
        this.candidates = candidates;
        this.passedOver = new PassedOver(candidates);
        this.deployments = deployments;
        this.exchange = exchange;
        this.turns = turns;
        this.hands = hands;
    }

    /** Settles each of the plugins in the background, side by side. */
    void settleSoon(Set<String> ids) {
        for (String id : ids) {
            if (waiting.add(id)) {
                try {
                    hands.execute(() -> settle(id));
                } catch (RejectedExecutionException closing) {
                    return; // Nothing is to be brought in line any more.
                }
            }
        }
    }

    /** Brings what serves under an id in line with what could serve: the best archive that starts, or none. */
    private void settle(String id) {
        try {
            turns.alone(id, () -> {
                // What changes from here on is not seen any more, and needs to be settled once more.
                waiting.remove(id);
                settleLocked(id);
            });
        } catch (CopilotException | FailedStart failed) {
            log.error("Plugin {} could not be brought in line: {}", id, failed.getMessage());
        }
    }

    private void settleLocked(String id) {
        for (Candidate candidate : candidates.usable(id)) {
            // Looked up anew each time: an exclusive exchange that failed may have taken it down.
            Generation serving = deployments.serving(id);
            if (serving != null && serving.stored().info().digest().equals(candidate.digest())) {
                deployments.forgiveFrom(candidate.origin(), null);
                if (!serving.origin().equals(candidate.origin())) {
                    serving.movedTo(candidate.origin());
                    ledger.remember(List.of(candidate));
                }
                passedOver.tell(candidate);
                return;
            }
            List<Optional<Generation>> needed = needed(candidate);
            try {
                exchange.serve(candidate.stored(), candidate.origin());
                served(candidate);
                return;
            } catch (FailedStart failed) {
                failed(candidate, failed);
                String name = failed.takenName();
                if (!needed.equals(needed(candidate)) || name != null && !deployments.isTaken(name)) {
                    // What it misses came or went meanwhile, and did not see that this one waits for it.
                    candidates.mended(id);
                    settleSoon(Set.of(id));
                }
            }
        }
        if (!candidates.stands(id)) {
            Generation last = deployments.serving(id);
            if (last != null) {
                Set<String> also = new TreeSet<>(exchange.removeAnyway(id).alsoReloaded());
                log.info("Plugin {} is removed: it is not where it came from any more", last.ref());
                also.removeIf(other -> deployments.serving(other) != null);
                settleSoon(also);
            }
            if (candidates.fileDigests(id).isEmpty()) {
                // Nothing is left of it, so nothing is remembered: its file is taken up again if it comes back.
                ledger.forget(Set.of(id));
            }
            deployments.forgive(id);
            passedOver.forget(id);
            ledger.prune();
            settleWaiting(id);
        }
    }

    private List<Optional<Generation>> needed(Candidate candidate) {
        return candidate.stored().info().needs().stream()
                .map(need -> Optional.ofNullable(deployments.serving(need.id())))
                .toList();
    }

    private void served(Candidate candidate) {
        ledger.remember(List.of(candidate));
        log.info("Plugin {} serves, from {}", candidate.stored().info().ref(), candidate.origin());
        tellOthers(candidate);
        ledger.prune();
        settleWaiting(candidate.id());
    }

    /** Where the first choice does not start, the status of what serves instead says so; what lies there in vain is told too. */
    void tellOthers(Candidate served) {
        passedOver.tell(served);
        candidates.brokenBefore(served).ifPresent(better -> tell(better.candidate(), better.why()));
    }

    /** Tells that an archive does not serve; it is not tried again until something changes. */
    void failed(Candidate candidate, FailedStart why) {
        log.warn(
                "Plugin {} ({}) does not serve: {}",
                candidate.stored().info().ref(),
                candidate.origin(),
                why.getMessage());
        candidates.broken(candidate.digest(), why);
        tell(candidate, why);
    }

    private void tell(Candidate broken, FailedStart why) {
        deployments.failed(
                broken.id(), broken.stored().info().ref(), broken.digest(), broken.origin(), why.getMessage());
    }

    /** Serves what came up after the host had started. Called by whoever has the plugin to itself. */
    void serveLate(Candidate candidate, Generation started) {
        try {
            exchange.serveStarted(started);
            served(candidate);
        } catch (FailedStart failed) {
            failedLate(candidate, failed);
        }
    }

    /** Tells that what started late does not serve, and serves what is next best. */
    void failedLate(Candidate candidate, FailedStart why) {
        if (!why.retried()) {
            failed(candidate, why);
        }
        settleLocked(candidate.id());
    }

    /** Tries those again that could not start because of how this plugin served, or did not. */
    void settleWaiting(String id) {
        Set<String> waiting = new TreeSet<>(candidates.brokenFor(Set.of(id)));
        waiting.addAll(candidates.brokenForNames(deployments::isTaken));
        waiting.remove(id);
        waiting.forEach(candidates::mended);
        settleSoon(waiting);
    }
}
