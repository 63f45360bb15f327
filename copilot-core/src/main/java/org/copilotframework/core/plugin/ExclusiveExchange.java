package org.copilotframework.core.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.core.agent.WaitingRoom;

/**
 * Moves a swap unit of which nothing can be in memory twice: the old generations are taken down first while calls wait, and
 * brought back if the new ones do not start.
 */
final class ExclusiveExchange {
    private final Deployments deployments;
    private final Drains drains;
    private final Starts starts;
    private final Departures departures;
    private final UnitLocks locks;
    private final int waitingCalls;

    ExclusiveExchange(
            Deployments deployments,
            Drains drains,
            Starts starts,
            Departures departures,
            UnitLocks locks,
            int waitingCalls) {
        this.deployments = deployments;
        this.drains = drains;
        this.starts = starts;
        this.departures = departures;
        this.locks = locks;
        this.waitingCalls = waitingCalls;
    }

    /**
     * Exchanges a unit.
     *
     * @param fresh the new generations; one may be started
     * @param gone the ids of those that shall serve no more
     * @return whether it was done; if not, something was moved since it was planned
     * @throws FailedStart if a copy is no longer what was accepted, which is looked at while the old ones serve still, or if a
     *     new generation does not start; what served before serves again, if that starts
     */
    boolean run(Plan plan, Map<String, Generation> fresh, Set<String> gone) {
        starts.recheckAll(fresh.values());
        Hands.giveUpSeat(); // It waits for calls to end and for classes to be collected.
        // What the unit needs is locked too: while the unit is down nothing could tell whether it was exchanged.
        try (UnitLocks.Held unused = locks.lock(plan.ids())) {
            WaitingRoom room = new WaitingRoom(waitingCalls);
            Optional<List<Generation>> held =
                    deployments.hold(fresh.keySet(), room, () -> plan.holds(deployments.units()));
            if (held.isEmpty()) {
                return false;
            }
            replace(Exchange.inOrder(held.get()), fresh, gone, room);
            return true;
        }
    }

    private void replace(List<Generation> old, Map<String, Generation> fresh, Set<String> gone, WaitingRoom room) {
        String why = "its exchange was broken off";
        try {
            drains.run(old);
            departures.await(fresh.keySet());
            try {
                startAndMove(fresh, gone);
            } catch (FailedStart failed) {
                why = failed.getMessage();
                bringBack(old, failed);
                throw failed;
            }
        } finally {
            for (Generation one : old) {
                if (deployments.serving(one.ref().id()) == null) {
                    deployments.failed(one, why);
                }
            }
            deployments.release(fresh.keySet());
            room.open();
        }
    }

    /** The archives that served before are started anew, when nothing of those that failed is in memory any more. */
    private void bringBack(List<Generation> old, FailedStart why) {
        Map<String, Generation> again = new LinkedHashMap<>();
        old.forEach(one -> again.put(one.ref().id(), new Generation(one.stored(), one.origin())));
        departures.await(again.keySet());
        try {
            startAndMove(again, Set.of());
        } catch (FailedStart failed) {
            throw new FailedStart(
                    why.getMessage() + "; and what served before does not come back: " + failed.getMessage());
        }
    }

    private void startAndMove(Map<String, Generation> fresh, Set<String> gone) {
        List<Generation> begun =
                fresh.values().stream().filter(one -> one.loader() == null).toList();
        starts.all(fresh, gone);
        List<Generation> old;
        try {
            old = deployments.move(fresh.values(), gone, () -> true).orElseThrow();
        } catch (RuntimeException | Error fault) {
            starts.takeDown(Exchange.inOrder(begun));
            throw Starts.failed(fault);
        }
        if (!old.isEmpty()) {
            drains.begin(Exchange.inOrder(old));
        }
    }
}
