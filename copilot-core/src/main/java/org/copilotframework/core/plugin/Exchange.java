package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.archive.PluginNeed;
import org.copilotframework.core.archive.PluginVersion;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.archive.Swap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves one swap unit (a plugin and all that depend on it) to new generations: all of it in one snapshot, or nothing.
 *
 * <p>The rolling way starts the new generations beside the old ones. The exclusive way, for plugins whose native libraries
 * cannot be loaded twice, takes the old ones down first while calls wait, and brings them back if the new ones do not start.
 */
final class Exchange {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    /** How long an exclusive exchange waits for the old classes to be collected; native libraries are freed with them. */
    private static final Duration COLLECTION = Duration.ofSeconds(10);

    private static final long COLLECTION_STEP_MILLIS = 20;

    /** What an exchange did: the version before, and the other members of the unit. */
    record Moved(@Nullable PluginRef before, List<String> alsoReloaded) {}

    private final Deployments deployments;
    private final Drains drains;
    private final LeakWatch leaks;
    private final SharedClasses shared = new SharedClasses();
    private final UnitLocks locks = new UnitLocks();
    private final Function<PluginRef, PluginContext> contexts;
    private final PluginHostOptions options;

    Exchange(
            Deployments deployments,
            Drains drains,
            LeakWatch leaks,
            Function<PluginRef, PluginContext> contexts,
            PluginHostOptions options) {
        this.deployments = deployments;
        this.drains = drains;
        this.leaks = leaks;
        this.contexts = contexts;
        this.options = options;
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
     * Serves a generation that {@link #startOnly} has started. It is taken down if it does not serve.
     *
     * @throws FailedStart if a member of the unit does not serve; to be retried if what it was bound to serves no more
     */
    void serveStarted(Generation started) {
        try {
            locked(started.ref().id(), started.stored(), unit -> {
                GenerationLoader loader = started.loader();
                if (loader == null || !loader.dependencies().equals(bindings(started, Map.of(), Set.of()))) {
                    throw FailedStart.toRetry("what it needs has changed while it started");
                }
                return serve(started, unit);
            });
        } catch (FailedStart failed) {
            discard(started);
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
            startAll(fresh, gone);
            List<Generation> old = deployments.move(fresh.values(), gone);
            if (!old.isEmpty()) {
                drains.begin(inOrder(old));
            }
            return new Moved(
                    ref, unit.stream().filter(other -> !other.equals(id)).toList());
        });
    }

    private Set<String> requiring(Set<String> gone) {
        Set<String> requiring = new TreeSet<>();
        gone.forEach(id -> requiring.addAll(deployments.requiring(id)));
        return requiring;
    }

    /**
     * Starts a generation without serving it; for the start of the host, which serves all of them at once.
     *
     * @param others generations started before, by id
     */
    Generation startOnly(StoredPlugin wanted, String origin, Map<String, Generation> others) {
        Generation fresh = new Generation(wanted, origin);
        start(fresh, others, Set.of());
        return fresh;
    }

    private Moved locked(String id, @Nullable StoredPlugin wanted, Function<Set<String>, Moved> action) {
        while (true) {
            Set<String> unit = deployments.unitOf(id);
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
                if (deployments.unitOf(id).equals(unit)) {
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
            startAll(fresh, Set.of());
            List<Generation> old = moveOrStop(fresh.values());
            if (!old.isEmpty()) {
                drains.begin(inOrder(old));
            }
        }
    }

    private void moveExclusively(Map<String, Generation> fresh) {
        WaitingRoom room = new WaitingRoom(options.waitingCalls());
        List<Generation> old = inOrder(deployments.hold(fresh.keySet(), room));
        String why = "its exchange was broken off";
        try {
            drains.run(old);
            awaitGone(fresh.keySet());
            try {
                startAll(fresh, Set.of());
                moveOrStop(fresh.values());
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
        awaitGone(again.keySet());
        try {
            startAll(again, Set.of());
            moveOrStop(again.values());
        } catch (FailedStart failed) {
            throw new FailedStart(
                    why.getMessage() + "; and what served before does not come back: " + failed.getMessage());
        }
    }

    /** Starts all members in the order of their needs, or none. */
    private void startAll(Map<String, Generation> fresh, Set<String> without) {
        List<Generation> started = new ArrayList<>();
        try {
            for (Generation one : inOrder(fresh.values())) {
                if (one.loader() == null) {
                    start(one, fresh, without);
                }
                started.add(one);
            }
        } catch (FailedStart failed) {
            takeDown(started);
            throw failed;
        }
    }

    private List<Generation> moveOrStop(Collection<Generation> started) {
        try {
            return deployments.move(started, Set.of());
        } catch (FailedStart taken) {
            takeDown(inOrder(started));
            throw taken;
        }
    }

    private void takeDown(List<Generation> neverServed) {
        for (int i = neverServed.size() - 1; i >= 0; i--) {
            discard(neverServed.get(i));
        }
    }

    /** Takes down a generation that never served; what is left of it in memory is watched as of any other. */
    void discard(Generation one) {
        one.stop(options.stopTimeout());
        ClassLoader loader = one.unload();
        if (loader != null) {
            leaks.unloaded(one.ref(), loader);
        }
    }

    private void start(Generation one, Map<String, Generation> others, Set<String> without) {
        List<GenerationLoader> bound = bindings(one, others, without);
        if (one.stored().info().swap() == Swap.EXCLUSIVE) {
            awaitGone(Set.of(one.ref().id()));
        }
        try {
            one.start(shared, bound, contexts.apply(one.ref()), options.startTimeout());
        } catch (FailedStart failed) {
            discard(one);
            throw new FailedStart("plugin " + one.ref() + ": " + failed.getMessage());
        }
    }

    /** The loaders of what a generation needs: of the others that are started with it, else of what serves. */
    private List<GenerationLoader> bindings(Generation one, Map<String, Generation> others, Set<String> without) {
        List<GenerationLoader> bound = new ArrayList<>();
        for (PluginNeed need : one.stored().info().needs()) {
            Generation needed = others.get(need.id());
            if (needed == null && !without.contains(need.id())) {
                needed = deployments.serving(need.id());
            }
            GenerationLoader loader = needed == null ? null : needed.loader();
            if (needed == null || loader == null) {
                if (need.optional()) {
                    continue;
                }
                throw new FailedStart("plugin " + one.ref() + " needs plugin " + need.id()
                        + ", which does not serve; add it or mend it, and this plugin starts by itself");
            }
            if (!PluginVersion.parse(needed.ref().version()).satisfies(need.versionConstraint())) {
                throw new FailedStart("plugin " + one.ref() + " needs plugin " + need.id() + " in version "
                        + need.versionConstraint() + ", and " + needed.ref().version() + " serves");
            }
            bound.add(loader);
        }
        return bound;
    }

    /** Those that are needed before those that need them. */
    static List<Generation> inOrder(Collection<Generation> generations) {
        return NeedsOrder.of(generations, one -> one.stored().info()).orFail();
    }

    /** Waits, for a bounded time, until no earlier generation of these plugins drains or is in memory. */
    private void awaitGone(Set<String> ids) {
        long end = System.nanoTime()
                + COLLECTION
                        .plus(options.drainTimeout())
                        .plus(options.stopTimeout())
                        .toNanos();
        boolean collecting = false;
        while (ids.stream().anyMatch(id -> deployments.isDraining(id) || leaks.inMemory(id))) {
            if (!collecting && ids.stream().noneMatch(deployments::isDraining)) {
                collecting = true;
                end = System.nanoTime() + COLLECTION.toNanos();
            }
            if (System.nanoTime() > end) {
                log.warn(
                        "Earlier classes of {} are still in memory {} after they were unloaded; a native library of theirs"
                                + " cannot be loaded again until they are gone",
                        ids,
                        COLLECTION);
                return;
            }
            // Asked for only here: an exclusive plugin's native library is freed when its loader is collected.
            System.gc();
            try {
                Thread.sleep(COLLECTION_STEP_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
