package org.copilotframework.core.plugin;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.copilotframework.core.archive.StoredPlugin;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plugin, loaded once. Started at most once, then unloaded; never used again. After {@link #unload()} it holds nothing of
 * the plugin any more, so whoever still knows this object pins no class.
 */
final class Generation {
    private static final Logger log = LoggerFactory.getLogger(Generation.class);

    private final StoredPlugin stored;
    private volatile String origin;
    private final Leases leases = new Leases();
    private final Instant since = Instant.now();

    /** Guarded by this, since a start that was given up may end while the host cleans up after it. */
    private boolean unloaded;

    private volatile @Nullable SinglePlugin manager;
    private volatile @Nullable GenerationLoader loader;
    private volatile List<HostedAgent> agents = List.of();
    private volatile List<String> agentNames = List.of();
    private final List<Agent> started = new CopyOnWriteArrayList<>();

    Generation(StoredPlugin stored, String origin) {
        this.stored = stored;
        this.origin = origin;
    }

    StoredPlugin stored() {
        return stored;
    }

    PluginRef ref() {
        return stored.info().ref();
    }

    String origin() {
        return origin;
    }

    /** Its file has another name by now. */
    void movedTo(String other) {
        origin = other;
    }

    Instant since() {
        return since;
    }

    Leases leases() {
        return leases;
    }

    /** The agents, once started and until unloaded. */
    List<HostedAgent> agents() {
        return agents;
    }

    List<String> agentNames() {
        return agentNames;
    }

    /** The loader, once loaded and until unloaded. */
    @Nullable
    GenerationLoader loader() {
        return loader;
    }

    /**
     * Loads and starts the plugin, on a thread of its own and bounded in time.
     *
     * @throws FailedStart if it does not serve; it is to be stopped and unloaded then, also while its code still runs
     */
    void start(SharedClasses shared, List<GenerationLoader> dependencies, PluginContext context, Duration limit) {
        TimeBound.run(
                "start-" + ref().id(),
                limit,
                "copilot.plugins.start-timeout",
                () -> loadAndStart(shared, dependencies, context));
    }

    private void loadAndStart(SharedClasses shared, List<GenerationLoader> dependencies, PluginContext context) {
        SinglePlugin own = new SinglePlugin(stored, shared, dependencies);
        PluginWrapper wrapper = own.load();
        GenerationLoader ownLoader = (GenerationLoader) wrapper.getPluginClassLoader();
        synchronized (this) {
            if (unloaded) {
                close(ownLoader);
                return;
            }
            manager = own;
            loader = ownLoader;
        }
        Thread.currentThread().setContextClassLoader(ownLoader);
        startPluginClass(own, wrapper);
        List<Agent> made = MadeAgents.of(own, ownLoader, context);
        List<HostedAgent> hosted = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Agent agent : made) {
            HostedAgent one = MadeAgents.hosted(agent, context, ref(), leases, ownLoader);
            if (!names.add(one.descriptor().name())) {
                throw new FailedStart("two of its agents are named '"
                        + one.descriptor().name() + "'; give each a name of its own in its @AgentInfo");
            }
            hosted.add(one);
        }
        made.forEach(agent -> startAgent(agent, context));
        synchronized (this) {
            if (!unloaded) {
                agents = List.copyOf(hosted);
                agentNames = List.copyOf(names);
                return;
            }
        }
        // The host gave up on this start; what it began after all is ended here.
        made.forEach(this::stopAgent);
    }

    /** PF4J takes note of exceptions and linkage errors, and lets other errors through. */
    private static void startPluginClass(SinglePlugin own, PluginWrapper wrapper) {
        Throwable cause;
        try {
            if (own.startPlugin(wrapper.getPluginId()) == PluginState.STARTED) {
                return;
            }
            cause = wrapper.getFailedException();
        } catch (Throwable thrown) {
            cause = thrown;
        }
        String words = cause == null ? "unknown" : Faults.inWords(cause) + FailedStart.advice(cause);
        throw new FailedStart("its Plugin-Class did not start: " + words);
    }

    private void startAgent(Agent agent, PluginContext context) {
        synchronized (this) {
            if (unloaded) {
                return;
            }
            started.add(agent);
        }
        try {
            agent.start(context);
        } catch (Throwable thrown) {
            throw FailedStart.threw(agent.getClass().getName() + ".start()", thrown);
        }
    }

    /** Stops the agents that were started, the last one first, and then the plugin's class; bounded in time. */
    void stop(Duration limit) {
        List<Runnable> steps = new ArrayList<>();
        for (int i = started.size() - 1; i >= 0; i--) {
            Agent agent = started.get(i);
            steps.add(() -> stopAgent(agent));
        }
        SinglePlugin own = manager;
        if (own != null) {
            steps.add(() -> stopPluginClass(own));
        }
        new Stopping(ref(), loader, steps).run(limit);
    }

    private void stopPluginClass(SinglePlugin own) {
        try {
            own.stopPlugin(ref().id());
        } catch (Throwable thrown) {
            log.warn("Plugin {}: stop() of its Plugin-Class threw {}", ref(), Faults.inWords(thrown));
        }
    }

    private void stopAgent(Agent agent) {
        try {
            agent.stop();
        } catch (Throwable thrown) {
            log.warn("Plugin {}: {}.stop() threw {}", ref(), agent.getClass().getName(), Faults.inWords(thrown));
        }
    }

    /** Stops it and unloads it, each whatever the other does, and has watched what is left of it in memory. */
    void takeDown(Duration limit, LeakWatch leaks) {
        try {
            stop(limit);
        } catch (RuntimeException | Error fault) {
            log.warn("Plugin {} could not be stopped; it is unloaded all the same", ref(), fault);
        }
        ClassLoader last = unload();
        if (last != null) {
            leaks.unloaded(ref(), last);
        }
    }

    /**
     * Closes the loader and forgets all that belongs to the plugin. May be called more than once.
     *
     * @return the loader that should now be collected, or null if there never was one
     */
    synchronized @Nullable ClassLoader unload() {
        GenerationLoader last = loader;
        unloaded = true;
        leases.close();
        agents = List.of();
        agentNames = List.of();
        started.clear();
        manager = null;
        loader = null;
        if (last != null) {
            close(last);
        }
        return last;
    }

    private void close(GenerationLoader loader) {
        try {
            loader.close();
        } catch (IOException e) {
            log.warn("Plugin {}: its archive could not be closed: {}", ref(), e.toString());
        }
    }
}
