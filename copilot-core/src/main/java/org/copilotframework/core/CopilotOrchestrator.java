package org.copilotframework.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.Trust;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.core.call.CallLimits;
import org.copilotframework.core.call.Dispatcher;
import org.copilotframework.core.call.DispatcherStats;
import org.copilotframework.core.call.WorkerLimits;
import org.copilotframework.core.call.Workers;
import org.copilotframework.core.json.HostJson;
import org.copilotframework.core.plugin.HostedPluginContext;
import org.copilotframework.core.plugin.OwnAgents;
import org.copilotframework.core.plugin.PluginHost;
import org.copilotframework.core.plugin.PluginHostOptions;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.storage.StorageProviders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts together, and takes them apart in reverse order. */
final class CopilotOrchestrator implements Orchestrator {
    private static final Logger log = LoggerFactory.getLogger(CopilotOrchestrator.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final AgentDirectory agents;
    private final Dispatcher dispatcher;
    private final PluginHost plugins;
    private final Storage storage;
    private final Blobs blobs;
    private final StoredSessions sessions;
    private final StoredRuns runs;
    private final Duration drainTimeout;
    private final Deque<AutoCloseable> parts;
    private final AtomicBoolean closed = new AtomicBoolean();

    private CopilotOrchestrator(
            AgentDirectory agents,
            Dispatcher dispatcher,
            PluginHost plugins,
            Storage storage,
            Blobs blobs,
            Duration drainTimeout,
            Deque<AutoCloseable> parts) {
        this.agents = agents;
        this.dispatcher = dispatcher;
        this.plugins = plugins;
        this.storage = storage;
        this.blobs = blobs;
        this.sessions = new SessionBook(storage.sessions());
        this.runs = new RunBook(storage.runs(), dispatcher);
        this.drainTimeout = drainTimeout;
        this.parts = parts;
    }

    static Orchestrator start(
            LoadedSettings loaded,
            List<Agent> own,
            List<Path> bundled,
            List<InvocationInterceptor> interceptors,
            List<InvocationObserver> observers,
            Authorizer authorizer,
            @Nullable Storage givenStorage,
            @Nullable Blobs givenBlobs) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            CopilotSettings settings = loaded.core();
            Path home = settings.home().toAbsolutePath().normalize();
            PluginHostOptions options = hostOptions(settings.plugins());
            PluginStore store = opened(parts, pluginStore(home, settings.plugins()));
            Storage storage = givenStorage != null ? givenStorage : opened(parts, storage(loaded, home));
            if (givenStorage == null) {
                prepared(storage, settings.storage().migrate());
            }
            Blobs blobs = givenBlobs != null ? givenBlobs : opened(parts, new LocalBlobs(home.resolve("blobs")));
            Workers workers = opened(
                    parts,
                    new Workers(
                            workerLimits(settings.workers()),
                            settings.workers().virtual() == CopilotSettings.Virtual.AUTO));
            AgentDirectory directory = new AgentDirectory();
            Dispatcher dispatcher = new Dispatcher(
                    directory,
                    storage,
                    blobs,
                    authorizer,
                    interceptors,
                    observers,
                    new HostJson(),
                    callLimits(settings.invoke()),
                    runLimits(settings.runs(), settings.sessions()),
                    workers);
            Function<PluginRef, PluginContext> contexts =
                    ref -> new HostedPluginContext(ref, loaded::plugin, home.resolve("data"), HostJson::new);
            OwnAgents ownAgents =
                    opened(parts, new OwnAgents(own, contexts, options.startTimeout(), options.stopTimeout()));
            DesiredSet desired =
                    new DesiredSet(home, store.writable(), settings.plugins().keepVersions());
            desired.warnings().forEach(log::warn);
            PluginHost host = new PluginHost(
                    directory, store, desired, folder(settings.plugins()), contexts, options, workers::renew);
            parts.push(host);
            host.start(ownAgents.hosted(), bundled);
            dispatcher.open();
            return new CopilotOrchestrator(directory, dispatcher, host, storage, blobs, options.drainTimeout(), parts);
        } catch (IOException unusable) {
            closeAll(parts);
            throw new UnavailableException(
                    "copilot.home (" + loaded.core().home() + ") cannot be used: " + unusable, RETRY, unusable);
        } catch (RuntimeException | Error fault) {
            closeAll(parts);
            throw fault;
        }
    }

    private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    private static PluginStore pluginStore(Path home, CopilotSettings.Plugins plugins) throws IOException {
        Trust trust = plugins.trust() == CopilotSettings.Trust.DIGEST ? Trust.DIGEST : Trust.OFF;
        return new PluginStore(home, archiveLimits(plugins), trust);
    }

    private static ArchiveLimits archiveLimits(CopilotSettings.Plugins plugins) {
        CopilotSettings.Limits limits = plugins.limits();
        return new ArchiveLimits(
                limits.archiveBytes().bytes(),
                limits.entries(),
                limits.unpackedBytes().bytes(),
                limits.ratio());
    }

    private static Storage storage(LoadedSettings loaded, Path home) {
        return StorageProviders.open(
                loaded.core().storage().url(),
                Thread.currentThread().getContextClassLoader(),
                name -> new StorageContext(loaded, name, home));
    }

    private record StorageContext(LoadedSettings loaded, String name, Path home) implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            return loaded.provider("storage", name, type);
        }
    }

    private static void prepared(Storage storage, boolean migrate) {
        if (migrate) {
            storage.migrate();
        } else {
            storage.check();
        }
    }

    private static @Nullable Path folder(CopilotSettings.Plugins plugins) {
        Path folder = plugins.dir().orElse(null);
        if (folder != null && !Files.isDirectory(folder)) {
            throw new InvalidRequestException("copilot.plugins.dir: there is no folder " + folder.toAbsolutePath()
                    + "; make it, or name the folder that holds the plugins");
        }
        return folder;
    }

    private static PluginHostOptions hostOptions(CopilotSettings.Plugins plugins) {
        return new PluginHostOptions(
                plugins.startTimeout(),
                plugins.startTimeout().dividedBy(2),
                plugins.stopTimeout(),
                plugins.drainTimeout(),
                plugins.pollInterval(),
                plugins.keepVersions(),
                plugins.waitingCalls(),
                Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    private static CallLimits callLimits(CopilotSettings.Invoke invoke) {
        return new CallLimits(
                invoke.timeout(),
                invoke.maxTimeout(),
                invoke.cancelGrace(),
                invoke.messageBytes().bytes(),
                invoke.maxDepth(),
                invoke.callsPerRun(),
                invoke.concurrency(),
                invoke.agentConcurrency(),
                invoke.queue(),
                invoke.sessionQueue(),
                invoke.events(),
                invoke.eventBytes().bytes(),
                invoke.runsKept());
    }

    private static RunLimits runLimits(CopilotSettings.Runs runs, CopilotSettings.Sessions sessions) {
        return new RunLimits(
                runs.lease(),
                runs.pollInterval(),
                runs.inputTimeout(),
                runs.keep(),
                runs.maxAttempts(),
                runs.taken(),
                sessions.keepTurns(),
                sessions.maxIdle().orElse(null));
    }

    private static WorkerLimits workerLimits(CopilotSettings.Workers workers) {
        int cpu = workers.cpuThreads() == 0 ? Runtime.getRuntime().availableProcessors() : workers.cpuThreads();
        return new WorkerLimits(workers.threads(), workers.queue(), cpu, workers.queue());
    }

    @Override
    public Client forCaller(Caller caller) {
        return dispatcher.forCaller(caller);
    }

    @Override
    public Catalogue agents() {
        return agents;
    }

    @Override
    public Plugins plugins() {
        return plugins;
    }

    @Override
    public StoredSessions sessions() {
        return sessions;
    }

    @Override
    public StoredRuns runs() {
        return runs;
    }

    @Override
    public Erased erase(TenantId tenant) {
        long stored = storage.erase(tenant);
        long files = 0;
        try {
            for (List<BlobInfo> page = files(tenant); !page.isEmpty(); page = files(tenant)) {
                for (BlobInfo file : page) {
                    files += blobs.delete(tenant, file.name()) ? 1 : 0;
                }
            }
        } catch (IOException failed) {
            throw new UnavailableException(
                    "tenant '" + tenant + "' is erased but for its files: " + failed + "; erase it again",
                    RETRY,
                    failed);
        }
        return new Erased(stored, files);
    }

    private List<BlobInfo> files(TenantId tenant) throws IOException {
        return blobs.list(tenant, "", "", 1_000);
    }

    @Override
    public Health health() {
        if (closed.get()) {
            return Health.of(List.of(new Health.Part("orchestrator", Health.Status.DOWN, "it is closed")));
        }
        return Health.of(List.of(pluginHealth(), callHealth(), storageHealth()));
    }

    private Health.Part pluginHealth() {
        List<String> reasons = new ArrayList<>();
        for (PluginStatus status : plugins.list()) {
            if (!status.reason().isEmpty()) {
                reasons.add(status.id() + ": " + status.reason());
            }
        }
        for (UncollectedPlugin left : plugins.uncollected()) {
            if (!left.causes().isEmpty()) {
                reasons.add(left.plugin() + " was unloaded but is held in memory by "
                        + left.causes().stream().collect(Collectors.joining(", ")));
            }
        }
        return part("plugins", reasons);
    }

    private Health.Part callHealth() {
        DispatcherStats stats = dispatcher.stats();
        List<String> reasons = new ArrayList<>();
        if (stats.abandoned() > 0) {
            reasons.add(stats.abandoned() + " calls ignore their cancellation, of agents " + stats.movedAgents());
        }
        if (stats.virtualThreadsStarved()) {
            reasons.add("agents that compute occupy all virtual threads; others run on the platform pool meanwhile");
        }
        return part("calls", reasons);
    }

    private Health.Part storageHealth() {
        String trouble = dispatcher.stats().storeTrouble();
        return part("storage", trouble.isEmpty() ? List.of() : List.of(trouble));
    }

    private static Health.Part part(String name, List<String> reasons) {
        Health.Status status = reasons.isEmpty() ? Health.Status.OK : Health.Status.DEGRADED;
        return new Health.Part(name, status, String.join("; ", reasons));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            dispatcher.close(drainTimeout);
            closeAll(parts);
        }
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception fault) {
                log.error("{} could not be closed", part.getClass().getSimpleName(), fault);
            }
        }
    }
}
