package org.copilotframework.core.plugin;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.archive.Swap;
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
        return locked(wanted.info().ref().id(), wanted, unit -> serve(new Generation(wanted, origin), unit));
    }

    /**
     * Serves a generation that {@link Starts#one} has started. It is taken down if it does not serve.
     *
     * @throws FailedStart if a member of the unit does not serve; to be retried if what it was bound to serves no more
     */
    void serveStarted(Generation started) {
        try {
            locked(started.ref().id(), started.stored(), unit -> {
                if (!starts.boundToWhatServes(started)) {
                    throw FailedStart.toRetry("what it needs has changed while it started");
                }
                return serve(started, unit);
            });
        } catch (FailedStart failed) {
            starts.discard(started);
            throw failed;
        }
    }

    private Moved serve(Generation wanted, Set<String> unit) {
        String id = wanted.ref().id();
        Generation before = deployments.serving(id);
        Map<String, Generation> fresh = new LinkedHashMap<>();
        fresh.put(id, wanted);
        for (String other : unit) {
            Generation served = deployments.serving(other);
            if (!other.equals(id) && served != null) {
                fresh.put(other, new Generation(served.stored(), served.origin()));
            }
        }
        PluginRef ref = before == null ? null : before.ref();
        move(fresh);
        return new Moved(ref, unit.stream().filter(other -> !other.equals(id)).toList());
    }

    /**
     * Stops serving a plugin and all that cannot do without it. What can is loaded anew without it, in the same move.
     *
     * @throws FailedStart if a plugin that can do without it does not start anew; nothing is moved then
     */
    Moved remove(String id) {
        return locked(id, null, unit -> {
            Generation before = deployments.serving(id);
            PluginRef ref = before == null ? null : before.ref();
            Set<String> gone = new TreeSet<>(Set.of(id));
            unit.forEach(member -> gone.addAll(requiring(gone)));
            Map<String, Generation> fresh = new LinkedHashMap<>();
            for (String member : unit) {
                Generation served = deployments.serving(member);
                if (!gone.contains(member) && served != null) {
                    fresh.put(member, new Generation(served.stored(), served.origin()));
                }
            }
            starts.all(fresh, gone);
            List<Generation> old = moveOrStop(fresh.values(), gone);
            if (!old.isEmpty()) {
                drains.begin(inOrder(old));
            }
            return new Moved(
                    ref, unit.stream().filter(other -> !other.equals(id)).toList());
        });
    }

    private Set<String> requiring(Set<String> gone) {
        Set<String> requiring = new TreeSet<>();
        gone.forEach(id -> requiring.addAll(deployments.units().requiring(id)));
        return requiring;
    }

    private Moved locked(String id, @Nullable StoredPlugin wanted, Function<Set<String>, Moved> action) {
        while (true) {
            Set<String> unit = deployments.units().of(id);
            // What the unit needs is locked too, so that it is not exchanged while the unit is bound to it.
            Set<String> needed = new TreeSet<>(unit);
            if (wanted != null) {
                wanted.info().needs().forEach(need -> needed.add(need.id()));
            }
            for (String member : unit) {
                Generation serving = deployments.serving(member);
                if (serving != null) {
                    serving.stored().info().needs().forEach(need -> needed.add(need.id()));
                }
            }
            try (UnitLocks.Held unused = locks.lock(needed)) {
                if (deployments.units().of(id).equals(unit)) {
                    return action.apply(unit);
                }
            }
        }
    }

    private void move(Map<String, Generation> fresh) {
        boolean exclusive = false;
        for (Generation one : fresh.values()) {
            Generation before = deployments.serving(one.ref().id());
            exclusive |= before != null
                    && (one.stored().info().swap() == Swap.EXCLUSIVE
                            || before.stored().info().swap() == Swap.EXCLUSIVE);
        }
        if (exclusive) {
            moveExclusively(fresh);
        } else {
            starts.all(fresh, Set.of());
            List<Generation> old = moveOrStop(fresh.values(), Set.of());
            if (!old.isEmpty()) {
                drains.begin(inOrder(old));
            }
        }
    }

    private void moveExclusively(Map<String, Generation> fresh) {
        Hands.giveUpSeat(); // It waits for calls to end and for classes to be collected.
        WaitingRoom room = new WaitingRoom(waitingCalls);
        List<Generation> old = inOrder(deployments.hold(fresh.keySet(), room));
        String why = "its exchange was broken off";
        try {
            drains.run(old);
            departures.await(fresh.keySet());
            try {
                starts.all(fresh, Set.of());
                moveOrStop(fresh.values(), Set.of());
            } catch (FailedStart failed) {
                why = failed.getMessage();
                bringBack(old, failed);
                throw failed;
            }
        } finally {
            for (Generation one : old) {
                if (deployments.serving(one.ref().id()) == null) {
                    deployments.failed(
                            one.ref().id(), one.ref(), one.stored().info().digest(), one.origin(), why);
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
            starts.all(again, Set.of());
            moveOrStop(again.values(), Set.of());
        } catch (FailedStart failed) {
            throw new FailedStart(
                    why.getMessage() + "; and what served before does not come back: " + failed.getMessage());
        }
    }

    private List<Generation> moveOrStop(Collection<Generation> started, Set<String> out) {
        try {
            return deployments.move(started, out);
        } catch (FailedStart taken) {
            starts.takeDown(inOrder(started));
            throw taken;
        }
    }

    /** Those that are needed before those that need them. */
    static List<Generation> inOrder(Collection<Generation> generations) {
        return NeedsOrder.of(generations, one -> one.stored().info()).orFail();
    }
}
