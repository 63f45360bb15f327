package org.copilotframework.core;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.blob.BoundedBlobs;
import org.copilotframework.core.call.CallLimits;
import org.copilotframework.core.call.Dispatcher;
import org.copilotframework.core.call.WorkerLimits;
import org.copilotframework.core.call.Workers;
import org.copilotframework.core.fleet.NodeTable;
import org.copilotframework.core.json.HostJson;
import org.copilotframework.core.naming.HostTenant;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.storage.StorageProviders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every orchestrator stands on: store, files, threads and the corridor. Who only looks at what is stored needs no more. */
final class Foundation implements StoredData {
    private static final Logger log = LoggerFactory.getLogger(Foundation.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Path home;
    private final Duration drainTimeout;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AgentDirectory agents = new AgentDirectory();
    private final ProviderPlugins providers;
    private final AtRest atRest;
    private final Storage storage;
    private final Blobs blobs;
    private final NodeTable nodes;
    private final boolean others;
    private final Workers workers;
    private final Dispatcher dispatcher;
    private final StoredSessions sessions;
    private final StoredRuns runs;

    Foundation(
            LoadedSettings loaded,
            List<Path> bundled,
            List<InvocationInterceptor> interceptors,
            List<InvocationObserver> observers,
            Authorizer authorizer,
            @Nullable Storage givenStorage,
            @Nullable Blobs givenBlobs) {
        CopilotSettings settings = loaded.core();
        this.home = home(loaded);
        this.drainTimeout = settings.plugins().drainTimeout();
        try {
            // First of all, and so closed last of all: what opens the store may come from a plugin.
            this.providers = opened(new PluginPlaces(loaded).providers(bundled));
            Storage plain = givenStorage != null ? givenStorage : opened(storage(loaded, providers));
            this.atRest = opened(AtRest.of(loaded, providers, plain));
            this.storage = atRest.storage();
            if (givenStorage == null || atRest.isOn()) {
                prepared(storage, settings.storage().migrate());
                atRest.refuseEncrypted();
            }
            this.blobs = givenBlobs != null
                    ? new BoundedBlobs(
                            atRest.blobs(givenBlobs),
                            settings.blobs().maxBytes().bytes())
                    : opened(StorePlaces.blobs(loaded, providers, atRest));
            this.nodes = new NodeTable(storage.values());
            this.others = storage.shared()
                    && (givenStorage != null
                            || !StorePlaces.inHome(settings.storage().url(), home));
            this.workers = opened(new Workers(
                    workerLimits(settings.workers()), settings.workers().virtual() == CopilotSettings.Virtual.AUTO));
            this.dispatcher = new Dispatcher(
                    agents,
                    storage,
                    blobs,
                    authorizer,
                    interceptors,
                    observers,
                    new HostJson(),
                    callLimits(settings.invoke()),
                    runLimits(settings.runs(), settings.sessions()),
                    workers);
            this.sessions = new SessionBook(storage.sessions(), storage.runs());
            this.runs = new RunBook(storage.runs(), dispatcher);
        } catch (RuntimeException | Error fault) {
            closeParts();
            throw fault;
        }
    }

    /** The store that the settings name, as it is. */
    static Storage storage(LoadedSettings loaded, ProviderPlugins providers) {
        return StorageProviders.open(
                loaded.core().storage().url(),
                Thread.currentThread().getContextClassLoader(),
                providers,
                name -> StorePlaces.context(loaded, "storage", name));
    }

    /** What a migration of the store that the settings name would make. */
    static Optional<String> storageSchema(LoadedSettings loaded, ProviderPlugins providers) {
        return StorageProviders.schema(
                loaded.core().storage().url(), Thread.currentThread().getContextClassLoader(), providers);
    }

    static Path home(LoadedSettings loaded) {
        return loaded.core().home().toAbsolutePath().normalize();
    }

    private static void prepared(Storage storage, boolean migrate) {
        if (migrate) {
            storage.migrate();
        } else {
            storage.check();
        }
    }

    /** Has a part closed at the end, before those that were opened earlier. */
    <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    Path home() {
        return home;
    }

    ProviderPlugins providers() {
        return providers;
    }

    AgentDirectory agents() {
        return agents;
    }

    Workers workers() {
        return workers;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    boolean closed() {
        return closed.get();
    }

    /** Whether other nodes may work on the storage. */
    boolean hasOthers() {
        return others;
    }

    Blobs blobs() {
        return blobs;
    }

    AtRest atRest() {
        return atRest;
    }

    NodeTable nodeTable() {
        return nodes;
    }

    @Override
    public Nodes nodes() {
        return nodes.read();
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
        HostTenant.refuse(tenant);
        dispatcher.end(tenant);
        // First of all, so that what is left if the rest fails is of no use to anybody.
        atRest.destroyKey(tenant);
        long stored = storage.erase(tenant);
        dispatcher.forget(tenant);
        try {
            return new Erased(stored, blobs.erase(tenant));
        } catch (IOException failed) {
            throw new UnavailableException(
                    "tenant '" + tenant + "' is erased but for its files: " + failed + "; erase it again",
                    RETRY,
                    failed);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            dispatcher.close(drainTimeout);
            closeParts();
        }
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception fault) {
                log.error("{} could not be closed", part.getClass().getSimpleName(), fault);
            }
        }
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
                runs.agentTimeout(),
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
}
