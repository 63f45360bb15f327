package org.copilotframework.core.plugin;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.archive.StoredPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Moves one swap unit (a plugin and all that depend on it) to new generations: all of it in one snapshot, or nothing.
 *
 * <p>The rolling way starts the new generations beside the old ones. The exclusive way, for plugins whose native libraries
 * cannot be loaded twice, takes the old ones down first while calls wait, and brings them back if the new ones do not start.
 */
final class Exchange {
    /** What an exchange did: the version before, and the other members of the unit. */
    record Moved(@Nullable PluginRef before, List<String> alsoReloaded) {}

    private final Deployments deployments;
    private final Drains drains;
    private final Starts starts;
    private final Departures departures;
    private final UnitLocks locks = new UnitLocks();
    private final int waitingCalls;

    Exchange(Deployments deployments, Drains drains, Starts starts, Departures departures, int waitingCalls) {
        this.deployments = deployments;
        this.drains = drains;
        this.starts = starts;
        this.departures = departures;
        this.waitingCalls = waitingCalls;
    }

    /**
     * Serves an archive in place of whatever the plugin's id serves now.
     *
     * @throws FailedStart if a member of the unit does not serve; what served before serves on
     */
    Moved serve(StoredPlugin wanted, String origin) {
        while (true) {
            Plan plan = plan(wanted.info().ref().id(), wanted);
            Optional<Moved> moved = exchange(plan, plan.with(new Generation(wanted, origin)), Set.of());
            if (moved.isPresent()) {
                return moved.get();
            }
        }
    }

    /**
     * Serves a generation that {@link Starts#one} has started. It is taken down if it does not serve.
     *
     * @throws FailedStart if a member of the unit does not serve; to be retried if what it was bound to serves no more
     */
    void serveStarted(Generation started) {
        try {
            while (true) {
                Plan plan = plan(started.ref().id(), started.stored());
                if (!starts.boundToWhatServes(started)) {
                    throw FailedStart.toRetry("what it needs has changed while it started");
                }
                if (exchange(plan, plan.with(started), Set.of()).isPresent()) {
                    return;
                }
            }
        } catch (FailedStart failed) {
            starts.discard(started);
            throw failed;
        }
    }

    /**
     * Stops serving a plugin. What can do without it is loaded anew without it, in the same move.
     *
     * @throws ConflictException if another cannot do without it; nothing is moved then
     * @throws FailedStart if a plugin that can do without it does not start anew; nothing is moved then
     */
    Moved remove(String id) {
        while (true) {
            Plan plan = plan(id, null);
            Set<String> requiring = plan.requiring(Set.of(id));
            requiring.remove(id);
            if (!requiring.isEmpty()) {
                throw new ConflictException("plugins " + requiring + " need plugin " + id + "; remove them first");
            }
            Optional<Moved> moved = exchange(plan, plan.without(Set.of(id)), Set.of(id));
            if (moved.isPresent()) {
                return moved.get();
            }
        }
    }

    /** Stops serving a plugin whatever comes of it: all that cannot do without it goes too, as does what fails without it. */
    Moved removeAnyway(String id) {
        Map<String, FailedStart> failures = new TreeMap<>();
        while (true) {
            Plan plan = plan(id, null);
            Set<String> out = new TreeSet<>(failures.keySet());
            out.add(id);
            Set<String> gone = plan.requiring(out);
            Map<String, Generation> fresh = plan.without(gone);
            try {
                Optional<Moved> moved = exchange(plan, fresh, gone);
                if (moved.isPresent()) {
                    failures.forEach((member, why) -> tellFailed(plan.before().get(member), why.getMessage()));
                    return moved.get();
                }
            } catch (FailedStart failed) {
                String member = failed.plugin();
                if (member != null && fresh.containsKey(member)) {
                    failures.put(member, failed);
                } else if (fresh.isEmpty()) {
                    throw failed;
                } else {
                    fresh.keySet().forEach(one -> failures.put(one, failed));
                }
            }
        }
    }

    private Plan plan(String id, @Nullable StoredPlugin wanted) {
        return Plan.of(id, wanted, deployments.units());
    }

    /** Whether an exchange can go on as it was planned. */
    private boolean holds(Plan plan) {
        return plan.holds(deployments.units());
    }

    /** Empty if something was moved meanwhile, so that it has to be planned anew; nothing is left of the attempt then. */
    private Optional<Moved> exchange(Plan plan, Map<String, Generation> fresh, Set<String> gone) {
        boolean done = plan.exclusive(fresh) ? exclusively(plan, fresh, gone) : rolling(plan, fresh, gone);
        return done ? Optional.of(plan.moved()) : Optional.empty();
    }

    /**
     * The new generations start while nothing is locked, so that one that hangs keeps no other plugin waiting. What they were
     * bound to may change meanwhile: then they are not served.
     */
    private boolean rolling(Plan plan, Map<String, Generation> fresh, Set<String> gone) {
        if (plan.ids().stream().anyMatch(deployments::isHeld)) {
            locks.lock(plan.ids()).close(); // Waits for the exclusive exchange to end.
            return false;
        }
        List<Generation> begun =
                fresh.values().stream().filter(one -> one.loader() == null).toList();
        Optional<List<Generation>> old;
        try {
            starts.all(fresh, gone);
            try (UnitLocks.Held unused = locks.lock(plan.unit())) {
                old = deployments.move(
                        fresh.values(),
                        gone,
                        () -> holds(plan) && plan.ids().stream().noneMatch(deployments::isHeld));
            } catch (RuntimeException | Error fault) {
                starts.takeDown(inOrder(begun));
                throw Starts.failed(fault);
            }
        } catch (FailedStart failed) {
            if (!deployments.closed() && !holds(plan)) {
                return false; // Perhaps only for that reason.
            }
            throw failed;
        }
        if (old.isEmpty()) {
            starts.takeDown(inOrder(begun));
        } else if (!old.get().isEmpty()) {
            drains.begin(inOrder(old.get()));
        }
        return old.isPresent();
    }

    private boolean exclusively(Plan plan, Map<String, Generation> fresh, Set<String> gone) {
        Hands.giveUpSeat(); // It waits for calls to end and for classes to be collected.
        // What the unit needs is locked too: while the unit is down nothing could tell whether it was exchanged.
        try (UnitLocks.Held unused = locks.lock(plan.ids())) {
            WaitingRoom room = new WaitingRoom(waitingCalls);
            Optional<List<Generation>> held = deployments.hold(fresh.keySet(), room, () -> holds(plan));
            if (held.isEmpty()) {
                return false;
            }
            replace(inOrder(held.get()), fresh, gone, room);
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
                    tellFailed(one, why);
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
            starts.takeDown(inOrder(begun));
            throw Starts.failed(fault);
        }
        if (!old.isEmpty()) {
            drains.begin(inOrder(old));
        }
    }

    private void tellFailed(@Nullable Generation one, String why) {
        if (one != null) {
            deployments.failed(one.ref().id(), one.ref(), one.stored().info().digest(), one.origin(), why);
        }
    }

    /** Those that are needed before those that need them. */
    static List<Generation> inOrder(Collection<Generation> generations) {
        return NeedsOrder.of(generations, one -> one.stored().info()).orFail();
    }
}
