package org.copilotframework.core.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.spi.storage.RunLease;
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
    private final Rounds rounds;

    LeaseKeeper(Premises premises) {
        this.premises = premises;
        this.takenAway = new TakenAway(premises);
        this.rounds = new Rounds("copilot-leases-", premises.runLimits().lease().dividedBy(3), this::renew);
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

    /** How many runs are at work here. */
    int size() {
        return taken.size();
    }

    private void renew() {
        if (taken.isEmpty()) {
            return;
        }
        List<RunLease> held = new ArrayList<>(taken.keySet());
        for (RunLease lost :
                premises.storage().runs().renew(held, premises.runLimits().lease())) {
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
