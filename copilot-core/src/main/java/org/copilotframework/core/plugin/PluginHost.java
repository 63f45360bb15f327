package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.copilotframework.core.UncollectedPlugin;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.jspecify.annotations.Nullable;

/**
 * The plugin host: puts its parts together, starts with what is desired, and takes all down in the end. One operation at a time
 * for each plugin; operations on plugins that do not depend on each other run side by side.
 */
public final class PluginHost implements Plugins, AutoCloseable {

    private final PluginStore store;
    private final PluginHostOptions options;
    private final Candidates candidates = new Candidates();
    private final LeakWatch leaks = new LeakWatch();
    private final Deployments deployments;
    private final Drains drains;
    private final Starts starts;
    private final Ledger ledger;
    private final Turns turns = new Turns();
    private final Hands hands;
    private final Upkeep upkeep;
    private final Operations operations;
    private final ChangeListeners listeners = new ChangeListeners();
    private final ProviderFiles providers;
    private final Arrivals arrivals;
    private final @Nullable Path folder;
    private final @Nullable InboxWatch inbox;
    private volatile boolean closed;

    /**
     * Makes a host that serves nothing yet.
     *
     * @param directory where it publishes
     * @param store the accepted archives; closed by the caller
     * @param desired what is to serve after a restart
     * @param folder the watched folder, or null for none
     * @param providers the provider plugins that were found when the orchestrator started
     * @param contexts makes what a generation is given
     * @param options the bounds
     * @param afterUnload run after generations were unloaded
     */
    public PluginHost(
            AgentDirectory directory,
            PluginStore store,
            DesiredSet desired,
            @Nullable Path folder,
            List<PluginStatus> providers,
            Function<PluginRef, PluginContext> contexts,
            PluginHostOptions options,
            Runnable afterUnload) {
        this.folder = folder;
        this.store = store;
        this.options = options;
        this.deployments = new Deployments(directory, listeners::tell);
        this.drains = new Drains(deployments, leaks, options, afterUnload);
        Departures departures = new Departures(deployments, leaks, options);
        this.starts = new Starts(deployments, leaks, departures, contexts, options);
        Exchange exchange = new Exchange(deployments, drains, starts, departures, options.waitingCalls());
        this.ledger = new Ledger(store, desired, candidates, deployments, folder);
        this.hands = new Hands(options.startThreads());
        this.upkeep = new Upkeep(ledger, candidates, deployments, exchange, turns, hands);
        this.providers = new ProviderFiles(providers, store, listeners::tell);
        this.operations =
                new Operations(store, ledger, candidates, deployments, this.providers, exchange, upkeep, turns);
        this.arrivals = new Arrivals(store, candidates, deployments, this.providers);
        this.inbox = folder == null ? null : new InboxWatch(new Inbox(folder), arrivals, options, upkeep::settleSoon);
    }

    /**
     * Serves the application's own agents and all plugins that are desired, then begins to watch the folder. What fails is
     * told in its status; the rest serves. What takes longer than the patience serves, or fails, after this has returned.
     *
     * @param own the application's agents, started
     * @param bundled archives that come with the application
     */
    public void start(List<HostedAgent> own, List<Path> bundled) {
        deployments.own(own);
        Remembered remembered = new Remembered(ledger, store, candidates, deployments);
        remembered.offer(folder, bundled);
        bundled.forEach(arrivals::acceptBundled);
        remembered.compare(inbox != null && inbox.lookFirst());
        new FirstStart(starts, deployments, candidates, upkeep, ledger, turns, hands, options.patience()).run();
        upkeep.settleWaiting("");
        ledger.prune();
        providers.watch();
        if (inbox != null) {
            inbox.begin();
        }
    }

    @Override
    public PluginChange install(Path archive, @Nullable String sha256) {
        return operations.install(archive, sha256);
    }

    @Override
    public PluginChange reload(String id) {
        return operations.reload(id);
    }

    @Override
    public PluginChange rollback(String id) {
        return operations.rollback(id);
    }

    @Override
    public PluginChange remove(String id) {
        return operations.remove(id);
    }

    @Override
    public List<PluginStatus> list() {
        List<PluginStatus> all = new ArrayList<>(deployments.list());
        all.addAll(providers.statuses());
        all.sort(Comparator.comparing(PluginStatus::id));
        return List.copyOf(all);
    }

    @Override
    public boolean anotherHasTheHome() {
        return store.another();
    }

    @Override
    public PluginCheck verify(Path archive) {
        try {
            ArchiveInfo info = store.check(archive).info();
            return new PluginCheck(
                    info.ref().id(),
                    info.kind(),
                    info.ref().version(),
                    info.digest(),
                    info.extensions(),
                    info.warnings());
        } catch (RefusedArchiveException refused) {
            throw new InvalidRequestException(refused.getMessage());
        } catch (IOException unreadable) {
            throw new InvalidRequestException(archive + " cannot be read: " + unreadable);
        }
    }

    @Override
    public List<UncollectedPlugin> uncollected() {
        return leaks.uncollected();
    }

    @Override
    public Subscription onChange(Consumer<PluginStatus> listener) {
        return listeners.add(listener);
    }

    /** Takes all plugins down, within the bounds of draining and stopping. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (inbox != null) {
            inbox.close();
        }
        turns.close();
        hands.close();
        List<Generation> last = deployments.close();
        Lanes.of(Exchange.inOrder(last)).forEach(drains::begin);
        drains.close();
        ledger.close();
        listeners.close();
    }
}
