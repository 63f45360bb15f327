package org.copilotframework.core.plugin;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.DesiredSet.Entry;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what serves in line with what could serve, and writes down what is to serve after a restart. One thread at a time is
 * at work on a plugin.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PluginStore store;
    private final DesiredSet desired;
    private final Candidates candidates;
    private final Deployments deployments;
    private final Exchange exchange;
    private final UnitLocks operations = new UnitLocks();
    private final ExecutorService background = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "copilot-plugin-change", 0, false);
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    Upkeep(PluginStore store, DesiredSet desired, Candidates candidates, Deployments deployments, Exchange exchange) {
        this.store = store;
        this.desired = desired;
        this.candidates = candidates;
        this.deployments = deployments;
        this.exchange = exchange;
    }

    /** Runs an operation on a plugin on a thread of the host, when no other is at work on it. */
    <T> T operation(String id, Supplier<T> action) {
        return onHostThread(() -> exclusively(id, action));
    }

    /** Runs something where an interrupt of the caller cannot break it off half done. The caller waits for its end. */
    <T> T onHostThread(Supplier<T> action) {
        CompletableFuture<T> result;
        try {
            result = CompletableFuture.supplyAsync(action, background);
        } catch (RejectedExecutionException closing) {
            throw new UnavailableException("the orchestrator is closed", RETRY);
        }
        try {
            // Not interruptible, and bounded by the bounds of the operation.
            return result.join();
        } catch (CompletionException thrown) {
            if (thrown.getCause() instanceof RuntimeException fault) {
                throw fault;
            } else if (thrown.getCause() instanceof Error fault) {
                throw fault;
            }
            throw thrown;
        }
    }

    private <T> T exclusively(String id, Supplier<T> action) {
        try (UnitLocks.Held unused = operations.lock(Set.of(id))) {
            if (closed) {
                throw new UnavailableException("the orchestrator is closed", RETRY);
            }
            return action.get();
        }
    }

    /** Settles each of the plugins in the background, side by side. */
    void settleSoon(Set<String> ids) {
        for (String id : ids) {
            if (!closed) {
                background.execute(() -> settle(id));
            }
        }
    }

    /** Brings what serves under an id in line with what could serve: the best archive that starts, or none. */
    void settle(String id) {
        try {
            exclusively(id, () -> {
                settleLocked(id);
                return null;
            });
        } catch (CopilotException | FailedStart failed) {
            log.error("Plugin {} could not be brought in line: {}", id, failed.getMessage());
        }
    }

    private void settleLocked(String id) {
        for (Candidate candidate : candidates.usable(id)) {
            // Looked up anew each time: an exclusive exchange that failed may have taken it down.
            Generation serving = deployments.serving(id);
            if (serving != null && serving.stored().info().digest().equals(candidate.digest())) {
                deployments.forgiveFrom(candidate.origin(), null);
                return;
            }
            try {
                exchange.serve(candidate.stored(), candidate.origin());
                remember(List.of(candidate));
                log.info("Plugin {} serves, from {}", candidate.stored().info().ref(), candidate.origin());
                prune();
                settleWaiting(id);
                return;
            } catch (FailedStart failed) {
                log.warn(
                        "Plugin {} ({}) does not serve: {}",
                        candidate.stored().info().ref(),
                        candidate.origin(),
                        failed.getMessage());
                candidates.broken(candidate.digest(), failed.getMessage());
                deployments.failed(
                        id,
                        candidate.stored().info().ref(),
                        candidate.digest(),
                        candidate.origin(),
                        failed.getMessage());
            }
        }
        if (!candidates.stands(id)) {
            Generation last = deployments.serving(id);
            if (last != null) {
                Set<String> also = new TreeSet<>(exchange.remove(id).alsoReloaded());
                log.info("Plugin {} is removed: its file is gone", last.ref());
                also.removeIf(other -> deployments.serving(other) != null);
                settleSoon(also);
            }
            if (candidates.fileDigests(id).isEmpty()) {
                // Nothing is left of it, so nothing is remembered: its file is taken up again if it comes back.
                desired.find(id).ifPresent(entry -> entry.dismissed().forEach(candidates::undismiss));
                candidates.notInstalled(id);
                save(id, entry -> null);
            }
            deployments.forgive(id);
            prune();
        }
    }

    /** Tries those again that could not start because this plugin did not serve. */
    void settleWaiting(String id) {
        Set<String> waiting = candidates.brokenFor(id);
        waiting.forEach(candidates::mended);
        settleSoon(waiting);
    }

    /** Notes what serves, for the next start. */
    void remember(List<Candidate> served) {
        try {
            desired.update(entries -> served.forEach(one -> {
                Entry next = one.origin().equals(Candidates.INSTALLED)
                        ? Entry.installed(one.id(), one.digest())
                        : Entry.inbox(one.id(), one.digest(), one.origin());
                entries.merge(
                        one.id(),
                        next,
                        (before, after) -> one.digest().equals(before.current()) ? before : before.replacedBy(after));
            }));
        } catch (IOException e) {
            log.error(
                    "What serves now could not be written down and will not be known after a restart: {}",
                    e.toString());
        }
    }

    /** Changes what is written down of a plugin; null forgets it. */
    void save(String id, Function<@Nullable Entry, @Nullable Entry> change) {
        try {
            desired.update(entries -> {
                Entry next = change.apply(entries.get(id));
                if (next == null) {
                    entries.remove(id);
                } else {
                    entries.put(id, next);
                }
            });
        } catch (IOException e) {
            throw new UnavailableException(
                    "the change serves now, but could not be written down below copilot.home and will be"
                            + " lost with a restart: " + e,
                    RETRY,
                    e);
        }
    }

    /** Deletes accepted copies that nothing refers to any more. */
    void prune() {
        Set<String> keep = new HashSet<>(desired.digests());
        keep.addAll(candidates.allDigests());
        deployments.list().stream().map(PluginStatus::digest).forEach(keep::add);
        try {
            store.prune(keep);
        } catch (IOException e) {
            log.warn("Old plugin archives could not be deleted: {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        background.shutdown();
    }
}
