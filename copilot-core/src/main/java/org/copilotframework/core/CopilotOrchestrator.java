package org.copilotframework.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.call.DispatcherStats;
import org.copilotframework.core.fleet.NodeReports;
import org.copilotframework.core.fleet.NodeTable;
import org.copilotframework.core.json.HostJson;
import org.copilotframework.core.naming.HostTenant;
import org.copilotframework.core.plugin.HostedPluginContext;
import org.copilotframework.core.plugin.OwnAgents;
import org.copilotframework.core.plugin.PluginHost;
import org.copilotframework.core.plugin.PluginHostOptions;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts together, and takes them apart in reverse order. */
final class CopilotOrchestrator implements Orchestrator {
    private static final Logger log = LoggerFactory.getLogger(CopilotOrchestrator.class);

    private final Foundation foundation;
    private final PluginHost plugins;

    /** Null where there can be no other node. */
    private final @Nullable NodeReports nodes;

    private CopilotOrchestrator(Foundation foundation, PluginHost plugins, @Nullable NodeReports nodes) {
        this.foundation = foundation;
        this.plugins = plugins;
        this.nodes = nodes;
    }

    static Orchestrator start(Foundation foundation, List<Agent> own, List<Path> bundled, boolean onlyOwnRuns) {
        LoadedSettings loaded = foundation.settings();
        try {
            CopilotSettings settings = loaded.core();
            Path home = foundation.home();
            PluginHostOptions options = Bounds.plugins(settings);
            PluginPlaces places = new PluginPlaces(loaded);
            PluginStore store = foundation.opened(places.hostCopies());
            Function<PluginRef, PluginContext> contexts =
                    ref -> new HostedPluginContext(ref, loaded::plugin, home.resolve("data"), HostJson::new);
            OwnAgents ownAgents =
                    foundation.opened(new OwnAgents(own, contexts, options.startTimeout(), options.stopTimeout()));
            DesiredSet desired =
                    new DesiredSet(home, store.writable(), settings.plugins().keepVersions());
            desired.warnings().forEach(log::warn);
            PluginHost host = foundation.opened(new PluginHost(
                    foundation.agents(),
                    store,
                    desired,
                    places.folder(),
                    StorePlaces.manifest(loaded, foundation.blobs()),
                    foundation.providers().statuses(),
                    contexts,
                    options,
                    loaded.redaction()::of,
                    foundation.workers()::renew));
            host.start(ownAgents.hosted(), bundled);
            foundation.dispatcher().open(onlyOwnRuns);
            return new CopilotOrchestrator(
                    foundation,
                    host,
                    onlyOwnRuns || !foundation.hasOthers() ? null : reports(settings, foundation, host));
        } catch (IOException unusable) {
            foundation.close();
            throw PluginPlaces.unusable(loaded.core().home(), unusable);
        } catch (RuntimeException | Error fault) {
            foundation.close();
            throw foundation.clean(fault);
        }
    }

    private static NodeReports reports(CopilotSettings settings, Foundation foundation, PluginHost host) {
        NodeReports reports = foundation.opened(new NodeReports(
                foundation.nodeTable(),
                settings.node().name().map(NodeTable::checkName).orElse(null),
                host::list,
                settings.node().reportInterval()));
        reports.begin();
        return reports;
    }

    @Override
    public Client forCaller(Caller caller) {
        HostTenant.refuse(caller.tenant());
        return foundation.dispatcher().forCaller(caller);
    }

    @Override
    public CompletionStage<AgentReply> invokeAsync(Caller caller, AgentRequest request) {
        HostTenant.refuse(caller.tenant());
        return foundation.dispatcher().invokeAsync(caller, request);
    }

    @Override
    public Catalogue agents() {
        return foundation.agents();
    }

    @Override
    public Plugins plugins() {
        return plugins;
    }

    @Override
    public StoredSessions sessions() {
        return foundation.sessions();
    }

    @Override
    public StoredRuns runs() {
        return foundation.runs();
    }

    @Override
    public Blobs blobs() {
        return foundation.blobs();
    }

    @Override
    public Nodes nodes() {
        return foundation.nodes();
    }

    @Override
    public StoredAudit audit() {
        return foundation.audit();
    }

    @Override
    public Access access() {
        return foundation.access();
    }

    @Override
    public Erased erase(TenantId tenant) {
        return foundation.erase(tenant);
    }

    @Override
    public <T extends Record> T settings(String face, Class<T> type) {
        if (!face.equals("http")) {
            throw new InvalidRequestException("there is no face named '" + face + "'; known names: http");
        }
        return foundation.settings().face(face, type);
    }

    @Override
    public Health health() {
        if (foundation.closed()) {
            return Health.of(List.of(new Health.Part("orchestrator", Health.Status.DOWN, "it is closed")));
        }
        List<Health.Part> parts = new ArrayList<>(List.of(pluginHealth(), callHealth(), storageHealth()));
        if (foundation.atRest().isOn()) {
            parts.add(part("encryption", foundation.atRest().troubles()));
        }
        if (foundation.settings().refersToSecrets()) {
            parts.add(part("secrets", foundation.settings().troubles()));
        }
        foundation.entrance().troubles().ifPresent(troubles -> parts.add(part("authentication", troubles)));
        String notAudited = foundation.entrance().auditTrouble();
        if (!notAudited.isEmpty()) {
            parts.add(part("audit", List.of(notAudited)));
        }
        if (nodes != null) {
            parts.add(part("nodes", nodes.trouble()));
        }
        return Health.of(parts);
    }

    private Health.Part pluginHealth() {
        List<String> reasons = new ArrayList<>();
        if (!plugins.trouble().isEmpty()) {
            reasons.add(plugins.trouble());
        }
        for (PluginStatus status : plugins.list()) {
            boolean needsAttention = status.kind() == PluginKind.AGENT || status.state() == PluginState.FAILED;
            if (needsAttention && !status.reason().isEmpty()) {
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
        DispatcherStats stats = foundation.dispatcher().stats();
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
        String trouble = foundation.dispatcher().stats().storeTrouble();
        return part("storage", trouble.isEmpty() ? List.of() : List.of(trouble));
    }

    private Health.Part part(String name, List<String> reasons) {
        if (reasons.isEmpty()) {
            return new Health.Part(name, Health.Status.OK, "");
        }
        String words = foundation.settings().redaction().of(String.join("; ", reasons));
        return new Health.Part(name, Health.Status.DEGRADED, words);
    }

    @Override
    public void close() {
        foundation.close();
    }
}
