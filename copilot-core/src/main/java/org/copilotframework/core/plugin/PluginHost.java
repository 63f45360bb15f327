package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginPublication;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.copilotframework.core.UncollectedPlugin;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.archive.ArchiveCheck;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.fleet.Publisher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugin host: puts its parts together, starts with what is desired, and takes all down in the end. One operation at a time
 * for each plugin; operations on plugins that do not depend on each other run side by side.
 */
public final class PluginHost implements Plugins, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PluginHost.class);

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
    private final @Nullable Manifest manifest;
    private final @Nullable Source source;
    private volatile boolean closed;

    /**
     * Makes a host that serves nothing yet.
     *
     * @param directory where it publishes
     * @param store the accepted archives; closed by the caller
     * @param desired what is to serve after a restart
     * @param folder the watched folder, or null for none; with a manifest it is not watched
     * @param manifest what says which plugins shall serve, or null if the folder and the operations do
     * @param providers the provider plugins that were found when the orchestrator started
     * @param contexts makes what a generation is given
     * @param options the bounds
     * @param clean takes secrets out of what a plugin says when it does not start
     * @param afterUnload run after generations were unloaded
     */
    public PluginHost(
            AgentDirectory directory,
            PluginStore store,
            DesiredSet desired,
            @Nullable Path folder,
            @Nullable Manifest manifest,
            List<PluginStatus> providers,
            Function<PluginRef, PluginContext> contexts,
            PluginHostOptions options,
            UnaryOperator<String> clean,
            Runnable afterUnload) {
        this.folder = folder;
        this.manifest = manifest;
        this.store = store;
        this.options = options;
        this.deployments = new Deployments(directory, listeners::tell);
        this.drains = new Drains(deployments, leaks, options, afterUnload);
        Departures departures = new Departures(deployments, leaks, options);
        this.starts = new Starts(store, deployments, leaks, departures, contexts, options, clean);
        Exchange exchange = new Exchange(deployments, drains, starts, departures, options.waitingCalls());
        String written = manifest != null ? ManifestWatch.name(manifest) : folder != null ? Inbox.name(folder) : null;
        this.ledger = new Ledger(store, desired, candidates, deployments, written, manifest != null);
        this.hands = new Hands(options.startThreads());
        this.upkeep = new Upkeep(ledger, candidates, deployments, exchange, turns, hands);
        this.providers = new ProviderFiles(providers, store, listeners::tell);
        OperationRules rules = new OperationRules(store, ledger, candidates, deployments, this.providers, manifest);
        this.operations = new Operations(store, ledger, candidates, deployments, rules, exchange, upkeep, turns);
        this.arrivals = new Arrivals(store, candidates, deployments, this.providers);
        this.source = source();
    }

    private @Nullable Source source() {
        if (manifest != null) {
            return new ManifestWatch(manifest, store, arrivals, options, upkeep::settleSoon);
        }
        return folder == null ? null : new InboxWatch(new Inbox(folder), arrivals, options, upkeep::settleSoon);
    }

    /**
     * Serves the application's own agents and all plugins that are desired, then begins to watch where they come from. What fails is
     * told in its status; the rest serves. What takes longer than the patience serves, or fails, after this has returned.
     *
     * @param own the application's agents, started
     * @param bundled archives that come with the application
     */
    public void start(List<HostedAgent> own, List<Path> bundled) {
        deployments.own(own);
        Remembered remembered = new Remembered(ledger, store, candidates, deployments);
        List<Path> more = manifest == null ? bundled : List.of();
        remembered.offer(source, more);
        more.forEach(arrivals::acceptBundled);
        remembered.compare(source != null && source.lookFirst());
        new FirstStart(starts, deployments, candidates, upkeep, ledger, turns, hands, options.patience()).run();
        upkeep.settleWaiting("");
        ledger.prune();
        providers.watch();
        if (source != null) {
            source.begin();
        }
        if (manifest != null && (folder != null || !bundled.isEmpty())) {
            log.info(
                    "{} is set: agents come from the manifest {} alone; of the folder of plugins and of what comes with the"
                            + " application, providers only are used",
                    Manifest.SETTING,
                    manifest.name());
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
            ArchiveCheck check = store.check(archive);
            ArchiveInfo info = check.info();
            return new PluginCheck(
                    info.ref().id(),
                    info.kind(),
                    info.ref().version(),
                    info.digest(),
                    info.extensions(),
                    check.signers(),
                    check.warnings());
        } catch (RefusedArchiveException refused) {
            throw new InvalidRequestException(refused.getMessage());
        } catch (IOException unreadable) {
            throw new InvalidRequestException(archive + " cannot be read: " + unreadable);
        }
    }

    /** {@return why it is not known which plugins shall serve, for an operator; empty if all is well} */
    public String trouble() {
        return source == null ? "" : source.trouble();
    }

    @Override
    public PluginPublication publish(List<Path> archives, Set<String> withdrawn) {
        return Publisher.to(manifest, store).publish(archives, withdrawn);
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
        if (source != null) {
            source.close();
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
