package org.copilotframework.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.spi.audit.AuditSink;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.settings.SettingsSources;
import org.copilotframework.core.storage.MemoryStorage;
import org.copilotframework.core.storage.MemoryStorageProvider;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link Orchestrator}. What is not set here comes from the settings: system properties, the environment, a {@code
 * .env} file, {@code copilot.properties}, then the defaults. Not safe for use by several threads.
 */
public final class OrchestratorBuilder {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> defaults = new LinkedHashMap<>();
    private final List<Agent> agents = new ArrayList<>();
    private final List<Path> bundled = new ArrayList<>();
    private final List<InvocationInterceptor> interceptors = new ArrayList<>();
    private final List<InvocationObserver> observers = new ArrayList<>();
    private final DoorParts door = new DoorParts();
    private @Nullable Storage storage;
    private @Nullable Blobs blobs;
    private Authorizer authorizer = Authorizer.byScopes();
    private boolean onlyOwnRuns;
    private boolean withoutData;

    OrchestratorBuilder() {}

    /**
     * Sets the folder in which the orchestrator keeps its files: accepted plugins, blobs, work folders.
     *
     * @param folder the folder; made if it is not there. The default is {@code .copilot}
     * @return this builder
     */
    public OrchestratorBuilder home(Path folder) {
        return setting("copilot.home", folder.toString());
    }

    /**
     * Sets the folder that is watched for plugins: what is dropped there is served, what is deleted there is removed.
     *
     * @param folder the folder, which must be there. By default no folder is watched
     * @return this builder
     */
    public OrchestratorBuilder plugins(Path folder) {
        return setting("copilot.plugins.dir", folder.toString());
    }

    /**
     * Sets any setting; it goes before the environment and all files.
     *
     * @param key such as {@code copilot.invoke.timeout}, or {@code copilot.plugin.<id>.<name>} for a plugin's own
     * @param value the value, as it would be written in a file
     * @return this builder
     */
    public OrchestratorBuilder setting(String key, String value) {
        settings.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Sets what a setting is where nothing else sets it: neither {@link #setting} nor the environment nor a file.
     *
     * @param key as for {@link #setting}
     * @param value the value, as it would be written in a file; it may refer to others, such as <code>${copilot.home}</code>
     * @return this builder
     */
    public OrchestratorBuilder defaultSetting(String key, String value) {
        defaults.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Adds a plugin that comes with the application, as if it lay in the watched folder: it serves unless a higher version of
     * it is there, and not again after it was removed or rolled back, until its content changes.
     *
     * @param archive a JAR or ZIP; one that is refused is told in the plugin's status
     * @return this builder
     */
    public OrchestratorBuilder bundled(Path archive) {
        bundled.add(Objects.requireNonNull(archive, "archive"));
        return this;
    }

    /**
     * Registers an agent of the application itself, with no archive. It wins its name over any plugin.
     *
     * @param agent the agent; started and stopped with the orchestrator
     * @return this builder
     */
    public OrchestratorBuilder agent(Agent agent) {
        agents.add(Objects.requireNonNull(agent, "agent"));
        return this;
    }

    /**
     * Sets the store of sessions and runs, in place of the one that {@code copilot.storage.url} names.
     *
     * @param storage the store; closed by whoever made it
     * @return this builder
     */
    public OrchestratorBuilder storage(Storage storage) {
        this.storage = Objects.requireNonNull(storage, "storage");
        return this;
    }

    /**
     * Sets the store of files, in place of the one that {@code copilot.blobs.provider} names.
     *
     * @param blobs the store; closed by whoever made it
     * @return this builder
     */
    public OrchestratorBuilder blobs(Blobs blobs) {
        this.blobs = Objects.requireNonNull(blobs, "blobs");
        return this;
    }

    /**
     * Sets who decides which caller may call which agent.
     *
     * @param authorizer in place of the default, {@link Authorizer#byScopes()}
     * @return this builder
     */
    public OrchestratorBuilder authorizer(Authorizer authorizer) {
        this.authorizer = Objects.requireNonNull(authorizer, "authorizer");
        return this;
    }

    /**
     * Adds somebody who recognises callers over a network, asked before those that {@code copilot.security.authenticators} names.
     *
     * @param authenticator closed by whoever made it
     * @return this builder
     */
    public OrchestratorBuilder authenticator(Authenticator authenticator) {
        door.authenticators().add(Objects.requireNonNull(authenticator, "authenticator"));
        return this;
    }

    /**
     * Adds an endpoint for operators. It wins its path over those of the class path and of plugins.
     *
     * @param endpoint the endpoint
     * @return this builder
     */
    public OrchestratorBuilder endpoint(ManagementEndpoint endpoint) {
        door.endpoints().add(Objects.requireNonNull(endpoint, "endpoint"));
        return this;
    }

    /**
     * Adds a sink of what is audited, beside the log and the storage ({@code copilot.audit.log}, {@code copilot.audit.storage}).
     *
     * @param sink closed by whoever made it
     * @return this builder
     */
    public OrchestratorBuilder audit(AuditSink sink) {
        door.sinks().add(Objects.requireNonNull(sink, "sink"));
        return this;
    }

    /**
     * Adds a room on each request's way.
     *
     * @param interceptor called after those that were added before
     * @return this builder
     */
    public OrchestratorBuilder interceptor(InvocationInterceptor interceptor) {
        interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
        return this;
    }

    /**
     * Adds an observer of each invocation.
     *
     * @param observer the observer
     * @return this builder
     */
    public OrchestratorBuilder observer(InvocationObserver observer) {
        observers.add(Objects.requireNonNull(observer, "observer"));
        return this;
    }

    /**
     * Leaves the runs of others alone. An orchestrator takes up whatever run of its agents is due, whoever submitted it. With
     * this it goes on with those only that were submitted, or found by {@link StoredRuns#find}, through it, as long as their
     * {@link org.copilotframework.api.run.Run} is held. For a program that is there for one run, and then ends.
     *
     * @return this builder
     */
    public OrchestratorBuilder onlyOwnRuns() {
        onlyOwnRuns = true;
        return this;
    }

    /**
     * Opens no storage but an empty one in memory, whatever the settings say: for a program that only looks at plugins and agents.
     * The storage is opened all the same if files are encrypted, since their keys may lie there.
     *
     * @return this builder
     */
    public OrchestratorBuilder withoutData() {
        withoutData = true;
        return this;
    }

    /**
     * Starts the orchestrator. When this returns, the plugins that are desired serve or have failed, each by itself. Only a
     * plugin whose start takes longer than half of {@code copilot.plugins.start-timeout} may be {@link PluginState#STARTING}
     * still: it keeps neither this nor the other plugins waiting any longer.
     *
     * @return the orchestrator, to be closed
     * @throws org.copilotframework.api.error.InvalidRequestException if settings are wrong, with all that is wrong, or an
     *     agent registered here does not start
     * @throws org.copilotframework.api.error.UnavailableException if the storage cannot be reached or the home cannot be used
     */
    public Orchestrator start() {
        return CopilotOrchestrator.start(foundation(), agents, List.copyOf(bundled), onlyOwnRuns);
    }

    /**
     * Opens what is stored, and loads no agents and no plugins but those that may bring the store. Runs are not taken up: one
     * that is given its input or is found at work goes on in a process that has its agent; what becomes of it is learned here.
     *
     * @return what is stored, to be closed
     * @throws org.copilotframework.api.error.InvalidRequestException if settings are wrong, with all that is wrong
     * @throws org.copilotframework.api.error.UnavailableException if the storage cannot be reached
     */
    public StoredData openData() {
        Foundation data = foundation();
        data.dispatcher().watch();
        return data;
    }

    /**
     * Opens the store that {@code copilot.storage.url} names, for {@link Storage#migrate} or a copy: its schema is neither
     * changed nor checked.
     *
     * @return the store, to be closed
     * @throws org.copilotframework.api.error.InvalidRequestException if settings are wrong, with all that is wrong
     * @throws org.copilotframework.api.error.UnavailableException if the storage cannot be reached
     */
    public Storage openStorage() {
        return errands().openStorage();
    }

    /**
     * Wraps the keys of all tenants by the present key of the wrapper that {@code copilot.encryption.key-wrapper} names. No data
     * is written anew. May be cut short and called again at any time, also while orchestrators are at work.
     *
     * @return what was done
     * @throws org.copilotframework.api.error.InvalidRequestException if settings are wrong, nothing is encrypted, or the wrapper
     *     has not the key that one was wrapped by
     * @throws org.copilotframework.api.error.UnavailableException if the storage, the wrapper or the place of the keys fails
     */
    public Encryption.Rotation rotateKeys() {
        try (Foundation data = foundation()) {
            try {
                return data.atRest().rotateKeys();
            } catch (RuntimeException | Error fault) {
                throw data.clean(fault);
            }
        }
    }

    /**
     * Shows what {@link Storage#migrate} makes in the store that {@code copilot.storage.url} names, for those who make it by
     * other means, such as a CloudFormation template. The store is not opened, and need not be there yet.
     *
     * @return the text, or empty if only the migration can make it
     * @throws org.copilotframework.api.error.InvalidRequestException if settings are wrong, with all that is wrong
     */
    public Optional<String> storageSchema() {
        return errands().storageSchema();
    }

    /**
     * Copies all that a store holds into another one, and then compares the two. Nobody else may use them meanwhile. What is in
     * the target already is not copied again, so a copy that was cut short at any moment is just begun anew. A run that has
     * ended is kept as long as {@code copilot.runs.keep} says. If a process had runs when it died, this waits until its
     * leases are over, as the source tells, to see that it is not at work on them; it is refused where that is more than ten
     * minutes.
     *
     * @param source the store that is copied; its schema is there
     * @param target the store that is copied to; its schema is there
     * @param progress hears how far the copy is
     * @return what both stores hold now
     * @throws org.copilotframework.api.error.ConflictException if the source has messages that wait to be published or runs
     *     that are at work, the target has what the source has not, or the two differ in the end; says which tenant's, and
     *     what to do
     */
    public StoreTotals copyStorage(Storage source, Storage target, CopyProgress progress) {
        return errands().copyStorage(source, target, progress);
    }

    /**
     * Changes what all nodes serve that take their plugins from the manifest which {@code copilot.plugins.manifest} names, as
     * {@link Plugins#publish} does, and starts nothing. The manifest lies in the store of files, which is all that this needs.
     *
     * @param archives JARs or ZIPs
     * @param withdrawn the ids of plugins that shall serve no more
     * @return what the manifest says anew
     * @throws org.copilotframework.api.error.InvalidRequestException if settings are wrong, there is no manifest in them, or an
     *     archive is refused, with all that is wrong
     * @throws org.copilotframework.api.error.NotFoundException if a plugin that is to be withdrawn is not published
     * @throws org.copilotframework.api.error.UnavailableException if the store of files fails
     */
    public PluginPublication publishPlugins(List<Path> archives, Set<String> withdrawn) {
        return errands().publish(archives, withdrawn, storage, blobs);
    }

    /**
     * Looks for all that is wrong with the settings, as they would be read at a start that then serves others: values that do not fit,
     * keys that are not known, providers that are not there, and what would leave a door open. Nothing is opened that keeps anything, and
     * no store is asked; so what a store makes of its own settings is not among it.
     *
     * @param face whose settings are looked at with the others, such as {@code http}
     * @param type the record of these
     * @param reach tells of these from where the server could be reached; may throw what is wrong
     * @param <T> the record's type
     * @return a sentence for each, with what mends it and without any secret; empty if nothing is wrong
     */
    public <T extends Record> List<String> checkSettings(String face, Class<T> type, Function<T, Reach> reach) {
        return checkSettings(face, type, reach, variable -> {});
    }

    /**
     * The same, and tells of variables in the environment and in {@code .env} whose names begin with {@code COPILOT_} and that nobody
     * reads. No start is refused for them.
     *
     * @param face whose settings are looked at with the others, such as {@code http}
     * @param type the record of these
     * @param reach tells of these from where the server could be reached; may throw what is wrong
     * @param unread hears a sentence for each such variable, without its value
     * @param <T> the record's type
     * @return a sentence for each thing that is wrong, with what mends it and without any secret; empty if nothing is wrong
     */
    public <T extends Record> List<String> checkSettings(
            String face, Class<T> type, Function<T, Reach> reach, Consumer<String> unread) {
        return errands().checkSettings(face, type, reach, door.copy(), unread);
    }

    /**
     * Shows all settings that are set or have a default, and where each comes from. Nothing is checked, and no secret is asked for.
     *
     * @param face whose settings are shown with core's own, such as {@code http}
     * @param type the record of these
     * @return in the order of their keys; what is or may be a secret is hidden
     * @throws org.copilotframework.api.error.InvalidRequestException if it cannot be found out where settings are
     */
    public List<ShownSetting> showSettings(String face, Class<? extends Record> type) {
        return errands().sources().show(face, type);
    }

    private Foundation foundation() {
        Ground ground = errands().ground();
        boolean nothing = withoutData && storage == null && !AtRest.isAskedFor(ground.settings());
        return new Foundation(
                ground,
                List.copyOf(interceptors),
                List.copyOf(observers),
                authorizer,
                door.copy(),
                nothing ? new MemoryStorage(MemoryStorageProvider.RUNS_KEPT) : storage,
                blobs);
    }

    private Errands errands() {
        return new Errands(new SettingsSources().overrides(settings).defaults(defaults), List.copyOf(bundled));
    }
}
