package org.copilotframework.core.plugin;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.archive.StoredPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Moves one swap unit (a plugin and all that depend on it) to new generations: all of it in one snapshot, or nothing.
 *
 * <p>The rolling way starts the new generations beside the old ones. The other one, for plugins whose native libraries cannot be
 * loaded twice, is {@link ExclusiveExchange}.
 */
final class Exchange {
    /** What an exchange did: the version before, and the other members of the unit. */
    record Moved(@Nullable PluginRef before, List<String> alsoReloaded) {}

    private final Deployments deployments;
    private final Drains drains;
    private final Starts starts;
    private final ExclusiveExchange exclusive;
    private final UnitLocks locks = new UnitLocks();

    Exchange(Deployments deployments, Drains drains, Starts starts, Departures departures, int waitingCalls) {
        this.deployments = deployments;
        this.drains = drains;
        this.starts = starts;
        this.exclusive = new ExclusiveExchange(deployments, drains, starts, departures, locks, waitingCalls);
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
        boolean done = plan.exclusive(fresh) ? exclusive.run(plan, fresh, gone) : rolling(plan, fresh, gone);
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

    private void tellFailed(@Nullable Generation one, String why) {
        if (one != null) {
            deployments.failed(one, why);
        }
    }

    /** Those that are needed before those that need them. */
    static List<Generation> inOrder(Collection<Generation> generations) {
        return NeedsOrder.of(generations, one -> one.stored().info()).orFail();
    }
}
