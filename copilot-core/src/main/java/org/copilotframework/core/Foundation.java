package org.copilotframework.core;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.call.Dispatcher;
import org.copilotframework.core.call.Workers;
import org.copilotframework.core.fleet.NodeTable;
import org.copilotframework.core.json.HostJson;
import org.copilotframework.core.naming.HostTenant;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;

/** What every orchestrator stands on: store, files, threads and the corridor. Who only looks at what is stored needs no more. */
final class Foundation implements StoredData {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Path home;
    private final Duration drainTimeout;
    private final Parts parts = new Parts();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AgentDirectory agents = new AgentDirectory();
    private final Ground ground;
    private final AtRest atRest;
    private final Storage storage;
    private final Blobs blobs;
    private final NodeTable nodes;
    private final Entrance entrance;
    private final boolean others;
    private final Workers workers;
    private final Dispatcher dispatcher;
    private final StoredSessions sessions;
    private final StoredRuns runs;

    Foundation(
            Ground ground,
            List<InvocationInterceptor> interceptors,
            List<InvocationObserver> observers,
            Authorizer authorizer,
            DoorParts door,
            @Nullable Storage givenStorage,
            @Nullable Blobs givenBlobs) {
        // First of all, and so closed last of all: what opens the store may come from a plugin.
        this.ground = opened(ground);
        LoadedSettings loaded = ground.settings();
        ProviderPlugins providers = ground.providers();
        CopilotSettings settings = loaded.core();
        this.home = StorePlaces.home(loaded);
        this.drainTimeout = settings.plugins().drainTimeout();
        try {
            Storage plain = givenStorage != null ? givenStorage : opened(StorePlaces.storage(loaded, providers));
            this.atRest = opened(AtRest.of(loaded, providers, plain));
            this.storage = atRest.storage();
            if (givenStorage == null || atRest.isOn()) {
                atRest.refuseEncryptedSoFar();
                StorePlaces.prepare(storage, settings);
            }
            atRest.refuseEncrypted();
            this.blobs = givenBlobs != null
                    ? StorePlaces.bounded(givenBlobs, loaded, atRest)
                    : opened(StorePlaces.blobs(loaded, providers, atRest));
            this.nodes = new NodeTable(storage.values());
            this.entrance = opened(new Entrance(ground, storage.values(), authorizer, door));
            this.others = storage.shared()
                    && (givenStorage != null
                            || !StorePlaces.inHome(settings.storage().url(), home));
            this.workers = opened(Bounds.workers(settings));
            this.dispatcher = new Dispatcher(
                    agents,
                    storage,
                    blobs,
                    authorizer,
                    interceptors,
                    observers,
                    new HostJson(),
                    Bounds.calls(settings),
                    Bounds.runs(settings),
                    workers);
            this.sessions = new SessionBook(storage.sessions(), storage.runs());
            this.runs = new RunBook(storage.runs(), dispatcher);
        } catch (RuntimeException | Error fault) {
            parts.close();
            throw ground.clean(fault);
        }
    }

    /** Has a part closed at the end, before those that were opened earlier. */
    <T extends AutoCloseable> T opened(T part) {
        return parts.opened(part);
    }

    Path home() {
        return home;
    }

    ProviderPlugins providers() {
        return ground.providers();
    }

    RuntimeException clean(Throwable fault) {
        return ground.clean(fault);
    }

    LoadedSettings settings() {
        return ground.settings();
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

    @Override
    public Blobs blobs() {
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
    public StoredAudit audit() {
        return entrance.audit();
    }

    @Override
    public Access access() {
        return entrance.access();
    }

    Entrance entrance() {
        return entrance;
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
            parts.close();
        }
    }
}
