package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.copilotframework.core.UncollectedPlugin;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.archive.ArchiveCheck;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.DesiredSet.Entry;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.naming.NearNames;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.copilotframework.core.plugin.Exchange.Moved;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugin host: the operations, and the keeping of what serves in line with what is desired. One operation at a time for
 * each plugin; operations on plugins that do not depend on each other run side by side.
 */
public final class PluginHost implements Plugins, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PluginHost.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PluginStore store;
    private final DesiredSet desired;
    private final PluginHostOptions options;
    private final ArchiveLimits limits;
    private final Candidates candidates = new Candidates();
    private final LeakWatch leaks = new LeakWatch();
    private final Deployments deployments;
    private final Drains drains;
    private final Exchange exchange;
    private final Upkeep upkeep;
    private final ChangeListeners listeners = new ChangeListeners();
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
     * @param contexts makes what a generation is given
     * @param options the bounds
     * @param limits the bounds of an archive, for {@link #verify}
     * @param afterUnload run after generations were unloaded
     */
    public PluginHost(
            AgentDirectory directory,
            PluginStore store,
            DesiredSet desired,
            @Nullable Path folder,
            Function<PluginRef, PluginContext> contexts,
            PluginHostOptions options,
            ArchiveLimits limits,
            Runnable afterUnload) {
        this.limits = limits;
        this.folder = folder;
        this.store = store;
        this.desired = desired;
        this.options = options;
        this.deployments = new Deployments(directory, listeners::tell);
        this.drains = new Drains(deployments, leaks, options, afterUnload);
        this.exchange = new Exchange(deployments, drains, leaks, contexts, options);
        this.upkeep = new Upkeep(store, desired, candidates, deployments, exchange);
        this.arrivals = new Arrivals(store, candidates, deployments);
        this.inbox = folder == null ? null : new InboxWatch(new Inbox(folder), arrivals, options, upkeep::settleSoon);
    }

    /**
     * Serves the application's own agents and all plugins that are desired, then begins to watch the folder. What fails is
     * told in its status; the rest serves.
     *
     * @param own the application's agents, started
     * @param bundled archives that come with the application
     */
    public void start(List<HostedAgent> own, List<Path> bundled) {
        deployments.own(own);
        List<Entry> fromFiles = new ArrayList<>();
        for (Entry entry : desired.entries()) {
            entry.dismissed().forEach(candidates::dismiss);
            if (entry.current() != null && entry.origin() == DesiredSet.Origin.INSTALLED) {
                reopen(entry, entry.current(), candidates::installed);
            } else if (entry.current() != null) {
                fromFiles.add(entry);
                String file = entry.file();
                if (file != null && folder != null && Files.exists(folder.resolve(file))) {
                    // It may hold something bad by now; it still stands for this plugin then.
                    candidates.expect(file, entry.id());
                }
            }
        }
        bundled.forEach(arrivals::acceptBundled);
        if (inbox != null) {
            inbox.lookFirst();
        }
        for (Entry entry : fromFiles) {
            String served = entry.current();
            // Mostly the file holds what served before, and its copy was checked just now.
            if (served != null && !candidates.fileDigests(entry.id()).contains(served)) {
                reopen(entry, served, candidates::lastServed);
            }
        }
        FirstStart first = new FirstStart(exchange, deployments, candidates, options);
        upkeep.remember(first.run());
        candidates.ids().stream().filter(id -> deployments.serving(id) == null).forEach(upkeep::settle);
        upkeep.prune();
        if (inbox != null) {
            inbox.begin();
        }
    }

    private void reopen(Entry entry, String digest, Consumer<StoredPlugin> as) {
        try {
            as.accept(store.reopen(digest));
        } catch (RefusedArchiveException refused) {
            log.warn("The accepted copy of plugin {} cannot be used: {}", entry.id(), refused.getMessage());
            deployments.failed(entry.id(), null, digest, Candidates.INSTALLED, refused.getMessage());
        }
    }

    @Override
    public PluginChange install(Path archive, @Nullable String sha256) {
        if (!store.writable()) {
            throw new UnavailableException(
                    "plugins cannot be installed: copilot.home is on a read-only file system; put the archive into the image"
                            + " or volume that holds the plugins, or point copilot.home to a writable folder",
                    RETRY);
        }
        long start = System.nanoTime();
        StoredPlugin stored = upkeep.onHostThread(() -> {
            try {
                return store.accept(archive, sha256, true);
            } catch (RefusedArchiveException refused) {
                throw new InvalidRequestException(refused.getMessage());
            }
        });
        String id = stored.info().ref().id();
        return upkeep.operation(id, () -> {
            Generation before = deployments.serving(id);
            String digest = stored.info().digest();
            PluginRef same = before != null && before.stored().info().digest().equals(digest) ? before.ref() : null;
            Moved moved = same != null
                    ? new Moved(same, List.of())
                    : served(new Candidate(stored, Candidates.INSTALLED), "install");
            candidates.installed(stored);
            Set<String> set = new HashSet<>(candidates.fileDigests(id));
            set.remove(digest);
            set.forEach(candidates::dismiss);
            upkeep.save(id, entry -> {
                Entry next =
                        entry == null ? Entry.installed(id, digest) : entry.replacedBy(Entry.installed(id, digest));
                set.addAll(next.dismissed());
                return new Entry(id, next.current(), next.origin(), next.file(), next.history(), set);
            });
            upkeep.settleWaiting(id);
            upkeep.prune();
            PluginChange.Kind kind = same != null
                    ? PluginChange.Kind.UNCHANGED
                    : moved.before() == null ? PluginChange.Kind.INSTALLED : PluginChange.Kind.UPDATED;
            return change(id, kind, moved, start);
        });
    }

    @Override
    public PluginChange reload(String id) {
        long start = System.nanoTime();
        requireKnown(id);
        return upkeep.operation(id, () -> {
            candidates.mended(id);
            Generation before = deployments.serving(id);
            Candidate again;
            if (before == null) {
                again = candidates.usable(id).stream().findFirst().orElseThrow(() -> unknown(id));
            } else {
                again = new Candidate(before.stored(), before.origin());
            }
            Moved moved = served(again, "reload");
            upkeep.remember(List.of(again));
            upkeep.settleWaiting(id);
            return change(id, PluginChange.Kind.RELOADED, moved, start);
        });
    }

    @Override
    public PluginChange rollback(String id) {
        long start = System.nanoTime();
        requireKnown(id);
        return upkeep.operation(id, () -> {
            Entry entry = desired.find(id).orElseThrow(() -> unknown(id));
            if (entry.history().isEmpty()) {
                throw new ConflictException("plugin " + id + " has no earlier archive to go back to");
            }
            String digest = entry.history().get(0);
            StoredPlugin earlier;
            try {
                earlier = store.reopen(digest);
            } catch (RefusedArchiveException refused) {
                throw new InvalidRequestException(refused.getMessage());
            }
            Moved moved = served(new Candidate(earlier, Candidates.INSTALLED), "rollback");
            candidates.fileDigests(id).forEach(candidates::dismiss);
            candidates.installed(earlier);
            Set<String> files = candidates.fileDigests(id);
            upkeep.save(id, now -> {
                Entry back = (now == null ? entry : now).rolledBackTo(digest);
                Set<String> dismissed = new HashSet<>(back.dismissed());
                dismissed.addAll(files);
                dismissed.remove(digest);
                return new Entry(id, back.current(), back.origin(), back.file(), back.history(), dismissed);
            });
            upkeep.settleWaiting(id);
            return change(id, PluginChange.Kind.ROLLED_BACK, moved, start);
        });
    }

    @Override
    public PluginChange remove(String id) {
        long start = System.nanoTime();
        requireKnown(id);
        return upkeep.operation(id, () -> {
            Set<String> requiring = deployments.requiring(id);
            if (!requiring.isEmpty()) {
                throw new ConflictException("plugins " + requiring + " need plugin " + id + "; remove them first");
            }
            Moved moved = exchange.remove(id);
            Set<String> files = candidates.fileDigests(id);
            files.forEach(candidates::dismiss);
            candidates.notInstalled(id);
            deployments.forgive(id);
            upkeep.save(id, entry -> {
                Set<String> dismissed = new HashSet<>(files);
                if (entry != null) {
                    dismissed.addAll(entry.removed().dismissed());
                }
                return dismissed.isEmpty()
                        ? null
                        : new Entry(id, null, DesiredSet.Origin.INSTALLED, null, List.of(), dismissed);
            });
            upkeep.prune();
            return change(id, PluginChange.Kind.REMOVED, moved, start);
        });
    }

    @Override
    public List<PluginStatus> list() {
        return deployments.list();
    }

    @Override
    public PluginCheck verify(Path archive) {
        try {
            ArchiveInfo info = ArchiveCheck.of(archive, limits).info();
            return new PluginCheck(
                    info.ref().id(), info.ref().version(), info.digest(), info.extensions(), info.warnings());
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
        upkeep.close();
        List<Generation> last = deployments.close();
        if (!last.isEmpty()) {
            drains.begin(Exchange.inOrder(last));
        }
        drains.close();
        listeners.close();
    }

    private Moved served(Candidate candidate, String operation) {
        try {
            return exchange.serve(candidate.stored(), candidate.origin());
        } catch (FailedStart failed) {
            Generation still = deployments.serving(candidate.id());
            String message =
                    operation + " of plugin " + candidate.stored().info().ref() + " failed: " + failed.getMessage()
                            + (still == null ? "" : " (version " + still.ref().version() + " serves on)");
            throw failed.nameTaken() ? new ConflictException(message) : new InvalidRequestException(message);
        }
    }

    /** Before any lock is made for the id, so that ids that never were leave nothing behind. */
    private void requireKnown(String id) {
        boolean archived = deployments.serving(id) != null
                || candidates.stands(id)
                || desired.find(id).filter(entry -> entry.current() != null).isPresent();
        if (!archived && deployments.known(id)) {
            throw new ConflictException("no plugin could be read from " + id
                    + ", so there is nothing to do this with; its" + " status says why. Replace or delete the file");
        } else if (!archived) {
            throw unknown(id);
        }
    }

    private NotFoundException unknown(String id) {
        List<String> known =
                deployments.list().stream().map(PluginStatus::id).distinct().toList();
        return NotFoundException.named("plugin", NearNames.shown(id), NearNames.of(id, known));
    }

    private PluginChange change(String id, PluginChange.Kind kind, Moved moved, long start) {
        Generation now = deployments.serving(id);
        String before = moved.before() == null ? null : moved.before().version();
        PluginChange change = new PluginChange(
                id,
                kind,
                before,
                now == null ? null : now.ref().version(),
                now == null ? List.of() : now.agentNames(),
                moved.alsoReloaded(),
                now == null ? List.of() : now.stored().info().warnings(),
                Duration.ofNanos(System.nanoTime() - start));
        log.info(
                "Plugin {}: {}, from {} to {}, in {} ms",
                id,
                kind,
                before,
                change.to(),
                change.elapsed().toMillis());
        return change;
    }
}
