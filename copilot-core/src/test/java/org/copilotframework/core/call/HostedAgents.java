package org.copilotframework.core.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentDescriptor;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.AgentDirectory.Place;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.storage.MemoryStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A dispatcher over agents that are lambdas, each a plugin of its own. */
final class HostedAgents implements AutoCloseable {
    /** The body of an agent. */
    @FunctionalInterface
    interface Body {
        AgentReply handle(AgentRequest request, AgentContext context) throws Exception;
    }

    final AgentDirectory directory = new AgentDirectory();
    final Workers workers;
    final Dispatcher dispatcher;
    final Storage storage;
    private final Map<String, Place> places = new HashMap<>();

    HostedAgents() {
        this(new Setup());
    }

    HostedAgents(Setup setup) {
        this.workers = new Workers(setup.workers, !setup.noVirtualThreads);
        this.storage = setup.storage;
        this.dispatcher = new Dispatcher(
                directory,
                storage,
                new LocalBlobs(temporary()),
                setup.authorizer,
                setup.interceptors,
                setup.observers,
                new PlainJson(),
                setup.limits,
                setup.runLimits,
                workers);
        dispatcher.open(setup.onlyOwnRuns);
    }

    /** What a test wants other than usual. */
    static final class Setup {
        CallLimits limits = CallLimits.defaults();
        RunLimits runLimits = runLimits(Duration.ofSeconds(2));
        WorkerLimits workers = WorkerLimits.defaults();
        boolean noVirtualThreads;
        boolean onlyOwnRuns;
        Storage storage = new MemoryStorage(1_000);
        Authorizer authorizer = Authorizer.byScopes();
        final List<InvocationInterceptor> interceptors = new ArrayList<>();
        final List<InvocationObserver> observers = new ArrayList<>();
    }

    /** The default limits with some changed; the record has too many components to name them all each time. */
    static final class Limits {
        Duration timeout = Duration.ofSeconds(30);
        Duration maxTimeout = Duration.ofHours(1);
        Duration cancelGrace = Duration.ofMillis(200);
        long messageBytes = 4L << 20;
        int maxDepth = 16;
        int callsPerRun = 1_000;
        int concurrency = 20_000;
        int agentConcurrency = 10_000;
        int queue = 10_000;
        int sessionQueue = 64;
        int events = 1_024;
        long eventBytes = 1L << 20;
        int runsKept = 10_000;
        int openFiles = 32;
        Duration idempotencyTtl = Duration.ofDays(1);

        CallLimits done() {
            return new CallLimits(
                    timeout,
                    maxTimeout,
                    cancelGrace,
                    messageBytes,
                    maxDepth,
                    callsPerRun,
                    concurrency,
                    agentConcurrency,
                    queue,
                    sessionQueue,
                    events,
                    eventBytes,
                    runsKept,
                    openFiles,
                    idempotencyTtl);
        }
    }

    static CallLimits limits(java.util.function.Consumer<Limits> change) {
        Limits limits = new Limits();
        change.accept(limits);
        return limits.done();
    }

    /** A look each 20 ms, so that tests need not wait for one. */
    static RunLimits runLimits(Duration lease) {
        RunLimits usual = RunLimits.defaults();
        return new RunLimits(
                lease,
                Duration.ofMillis(20),
                usual.inputTimeout(),
                usual.agentTimeout(),
                usual.keep(),
                usual.maxAttempts(),
                usual.taken(),
                0,
                null);
    }

    Client client() {
        return dispatcher.forCaller(Caller.of("acme", "ada"));
    }

    HostedAgents with(String name, Body body) {
        return with(name, Execution.BLOCKING, body);
    }

    HostedAgents with(String name, Execution execution, Body body) {
        hosted(name, execution, body::handle);
        return this;
    }

    /** Registers an agent, in place of an earlier one of that name. */
    HostedAgent hosted(String name, Execution execution, Agent agent) {
        return hosted(name, "1.0.0", execution, agent);
    }

    /** Registers an agent of a version of its plugin, in place of an earlier one of that name. */
    synchronized HostedAgent hosted(String name, String version, Execution execution, Agent agent) {
        AgentDescriptor descriptor = new AgentDescriptor(name, "", execution);
        PluginRef plugin = new PluginRef("plugin-" + name, version);
        CatalogueEntry entry = new CatalogueEntry(descriptor, plugin, null, null);
        HostedAgent hosted = new HostedAgent(
                descriptor, agent, new Context(plugin), new Leases(), HostedAgents.class.getClassLoader(), entry);
        places.put(name, new Place(hosted, null, entry));
        directory.publish(places);
        return hosted;
    }

    HostedAgent hosted(String name) {
        HostedAgent hosted = directory.place(name).agent();
        if (hosted == null) {
            throw new AssertionError(name + " is not hosted");
        }
        return hosted;
    }

    /** Puts a room before an agent, or takes it away. */
    synchronized void change(String name, UnaryOperator<Place> change) {
        places.computeIfPresent(name, (key, place) -> change.apply(place));
        directory.publish(places);
    }

    void exchange(String name, WaitingRoom room) {
        change(name, place -> new Place(place.agent(), room, place.entry()));
    }

    @Override
    public void close() {
        dispatcher.close();
        workers.close();
    }

    private static Path temporary() {
        try {
            Path folder = Files.createTempDirectory("copilot-call");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Context(PluginRef plugin) implements PluginContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path workDirectory() {
            return temporary();
        }

        @Override
        public JsonCodec json() {
            return new PlainJson();
        }

        @Override
        public Logger logger() {
            return LoggerFactory.getLogger("plugin." + plugin.id());
        }
    }

    /** Data as it is; records of the tests' own are not needed here. */
    private static final class PlainJson implements JsonCodec {
        @Override
        public <T> T read(Data data, Class<T> type) {
            return type.cast(data.value());
        }

        @Override
        public Object read(Data data, Type type) {
            return data;
        }

        @Override
        public Data write(Object object) {
            return Data.of(object);
        }

        @Override
        public Data schema(Type type) {
            return Data.of(Map.of());
        }
    }
}
