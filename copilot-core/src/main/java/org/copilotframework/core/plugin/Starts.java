package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.archive.PluginNeed;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.PluginVersion;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.archive.Swap;

/** Starts generations, each bound to those that it needs, and takes down those that never served. */
final class Starts {
    private final PluginStore store;
    private final Deployments deployments;
    private final LeakWatch leaks;
    private final Departures departures;
    private final SharedClasses shared = new SharedClasses();
    private final Function<PluginRef, PluginContext> contexts;
    private final PluginHostOptions options;
    private final UnaryOperator<String> clean;

    Starts(
            PluginStore store,
            Deployments deployments,
            LeakWatch leaks,
            Departures departures,
            Function<PluginRef, PluginContext> contexts,
            PluginHostOptions options,
            UnaryOperator<String> clean) {
        this.store = store;
        this.deployments = deployments;
        this.leaks = leaks;
        this.departures = departures;
        this.contexts = contexts;
        this.options = options;
        this.clean = clean;
    }

    /**
     * Starts a generation without serving it; for the start of the host, which serves all of them at once, and has looked at
     * all of them just before.
     *
     * @param others generations started before, by id
     */
    Generation one(StoredPlugin wanted, String origin, Map<String, Generation> others) {
        Generation fresh = new Generation(wanted, origin);
        start(fresh, others, Set.of());
        return fresh;
    }

    /** Starts all that are not started yet, in the order of their needs; or none is left. Each copy is looked at before. */
    void all(Map<String, Generation> fresh, Set<String> without) {
        List<Generation> started = new ArrayList<>();
        try {
            for (Generation one : Exchange.inOrder(fresh.values())) {
                if (one.loader() == null) {
                    recheck(one);
                    start(one, fresh, without);
                    started.add(one);
                }
            }
        } catch (RuntimeException | Error fault) {
            takeDown(started);
            throw failed(fault);
        }
    }

    /** Fails if the copy of one that is not started yet is no longer what was accepted: it may have lain there for long. */
    void recheckAll(Collection<Generation> fresh) {
        for (Generation one : fresh) {
            if (one.loader() == null) {
                recheck(one);
            }
        }
    }

    private void recheck(Generation one) {
        try {
            store.recheck(one.stored());
        } catch (RefusedArchiveException refused) {
            throw of(one, new FailedStart(refused.getMessage()));
        }
    }

    private FailedStart of(Generation one, FailedStart failed) {
        return failed.of(one.ref().id(), "plugin " + one.ref() + ": " + clean.apply(failed.getMessage()));
    }

    /** Whatever breaks the start of a plugin is that plugin's failure, also a fault of the host, and ends nothing else. */
    static FailedStart failed(Throwable fault) {
        return fault instanceof FailedStart failed ? failed : new FailedStart(Faults.inWords(fault));
    }

    /** Whether what it was bound to when it was started is what it would be bound to now. */
    boolean boundToWhatServes(Generation started) {
        GenerationLoader loader = started.loader();
        return loader != null && loader.dependencies().equals(bindings(started, Map.of(), Set.of()));
    }

    private void start(Generation one, Map<String, Generation> others, Set<String> without) {
        try {
            List<GenerationLoader> bound = bindings(one, others, without);
            if (one.stored().info().swap() == Swap.EXCLUSIVE) {
                departures.await(Set.of(one.ref().id()));
            }
            one.start(shared, bound, contexts.apply(one.ref()), options.startTimeout());
        } catch (RuntimeException | Error fault) {
            discard(one);
            throw of(one, failed(fault));
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
                throw new FailedStart("it needs plugin " + need.id()
                        + ", which does not serve; add it or mend it, and this plugin starts by itself");
            }
            if (!PluginVersion.parse(needed.ref().version()).satisfies(need.versionConstraint())) {
                throw new FailedStart("it needs plugin " + need.id() + " in version " + need.versionConstraint()
                        + ", and " + needed.ref().version() + " serves; install a version of " + need.id()
                        + " that fits, or change what the manifest's Plugin-Dependencies ask for, and this plugin starts"
                        + " by itself");
            }
            bound.add(loader);
        }
        return bound;
    }

    void takeDown(List<Generation> neverServed) {
        for (int i = neverServed.size() - 1; i >= 0; i--) {
            discard(neverServed.get(i));
        }
    }

    /** Takes down a generation that never served; what is left of it in memory is watched as of any other. */
    void discard(Generation one) {
        one.takeDown(options.stopTimeout(), leaks);
    }
}
