package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.Ticket;

/**
 * Prolongs the leases of the stored runs that are at work here. It does nothing else on its thread, so that no other work lets
 * a lease run out, and it goes on until the last of them has ended, also while the orchestrator closes.
 */
final class LeaseKeeper {
    private record Taken(Call call, Ticket ticket) {}

    private final Premises premises;
    private final TakenAway takenAway;
    private final Map<RunLease, Taken> taken = new ConcurrentHashMap<>();
    /** Those that no call is at work on yet: they stand behind one whose content is slow to be read, such as for its key. */
    private final Set<RunLease> waiting = ConcurrentHashMap.newKeySet();

    private final Rounds rounds;
    private final Duration lease;
    /** When all leases were last prolonged, by a clock that may stand still in a suspended machine, and by one that may jump. */
    private long renewedNanos = System.nanoTime();

    private Instant renewedAt = Instant.now();

    LeaseKeeper(Premises premises) {
        this.premises = premises;
        this.takenAway = new TakenAway(premises);
        this.lease = premises.runLimits().lease();
        this.rounds = new Rounds("copilot-leases-", lease.dividedBy(3), this::renew);
    }

    void open() {
        rounds.open();
    }

    void close() {
        rounds.close();
    }

    String trouble() {
        return rounds.trouble();
    }

    void taken(Call call, Ticket ticket) {
        taken.put(ticket.lease(), new Taken(call, ticket));
    }

    void left(Ticket ticket) {
        taken.remove(ticket.lease());
    }

    /** Runs were taken together, and are begun one after the other: none loses its lease for the sake of those before it. */
    void waiting(List<RunRecord> claimed) {
        claimed.forEach(run -> waiting.add(lease(run)));
    }

    /** Whether a run that waited is still this process's. */
    boolean isWaiting(RunRecord run) {
        return waiting.contains(lease(run));
    }

    /** It was begun, or given up. */
    void waited(RunRecord run) {
        waiting.remove(lease(run));
    }

    private static RunLease lease(RunRecord run) {
        RunHead head = run.head();
        return new RunLease(head.tenant(), head.id(), head.fence());
    }

    /** How many runs are at work here. */
    int size() {
        return taken.size();
    }

    /** Whether a call of this process is at work on a run, by whatever right. */
    boolean atWork(RunHead run) {
        return taken.keySet().stream()
                .anyMatch(held -> held.id().equals(run.id()) && held.tenant().equals(run.tenant()));
    }

    /**
     * Prolongs the leases if that was not done for long, because the store was away or the process stood still: what is over and
     * not taken by anybody can still be prolonged, and whoever looks for due runs must not take his own.
     */
    synchronized void renewIfLate() {
        boolean late = System.nanoTime() - renewedNanos > lease.toNanos() / 2
                || Duration.between(renewedAt, Instant.now()).compareTo(lease.dividedBy(2)) > 0;
        if (late) {
            renew();
        }
    }

    private synchronized void renew() {
        long nanos = System.nanoTime();
        Instant now = Instant.now();
        Set<RunLease> held = new LinkedHashSet<>(taken.keySet());
        held.addAll(waiting);
        List<RunLease> gone =
                held.isEmpty() ? List.of() : premises.storage().runs().renew(held, lease);
        renewedNanos = nanos;
        renewedAt = now;
        for (RunLease lost : gone) {
            waiting.remove(lost);
            Taken one = taken.get(lost);
            if (one != null) {
                premises.lateWrites().write(() -> lost(one));
            }
        }
    }

    private void lost(Taken one) {
        if (takenAway.from(one.call())) {
            left(one.ticket());
        }
    }
}
