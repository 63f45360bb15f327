package org.copilotframework.core.plugin;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.archive.DesiredPlugin;
import org.copilotframework.core.archive.DesiredPlugin.Origin;
import org.copilotframework.core.archive.DesiredSet;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written down for the next start, and which accepted copies are kept for it. */
final class Ledger {
    private static final Logger log = LoggerFactory.getLogger(Ledger.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PluginStore store;
    private final DesiredSet desired;
    private final Candidates candidates;
    private final Deployments deployments;
    private final @Nullable String source;
    private final boolean alone;
    private boolean closed;

    Ledger(
            PluginStore store,
            DesiredSet desired,
            Candidates candidates,
            Deployments deployments,
            @Nullable String source,
            boolean alone) {
        this.store = store;
        this.desired = desired;
        this.candidates = candidates;
        this.deployments = deployments;
        this.source = source;
        this.alone = alone;
    }

    /** Whether an entry came from the source that there is now; where it is not known, it may have. */
    boolean liesHere(DesiredPlugin entry) {
        return entry.folder() == null ? !alone : entry.folder().equals(source);
    }

    List<DesiredPlugin> entries() {
        return desired.entries();
    }

    Optional<DesiredPlugin> find(String id) {
        return desired.find(id);
    }

    /** Notes what serves. */
    synchronized void remember(List<Candidate> served) {
        if (closed) {
            return;
        }
        try {
            desired.update(entries -> served.forEach(one -> entries.merge(one.id(), entry(one), this::next)));
        } catch (IOException e) {
            log.error(
                    "What serves now could not be written down and will not be known after a restart: {}",
                    e.toString());
        }
    }

    private DesiredPlugin entry(Candidate one) {
        if (one.origin().equals(Candidates.INSTALLED)) {
            return DesiredPlugin.installed(one.id(), one.digest());
        }
        boolean bundled = new File(one.origin()).isAbsolute();
        return DesiredPlugin.inbox(one.id(), one.digest(), one.origin(), bundled ? null : source);
    }

    /**
     * What was installed stays so, though a file holds the same, unless the source alone says what serves; what serves from its
     * copy stays that of its file.
     */
    private DesiredPlugin next(DesiredPlugin before, DesiredPlugin after) {
        boolean same = after.current() != null && after.current().equals(before.current());
        boolean stays = before.origin() == Origin.INSTALLED && !alone || Candidates.LAST_SERVED.equals(after.file());
        return same && stays ? before : before.replacedBy(after);
    }

    /** Forgets plugins of which nothing is left, and with them what they dismissed: their files count if they come back. */
    synchronized void forget(Collection<String> ids) {
        if (closed) {
            return;
        }
        for (String id : ids) {
            desired.find(id).ifPresent(entry -> entry.dismissed().forEach(candidates::undismiss));
            candidates.notInstalled(id);
        }
        try {
            desired.update(entries -> entries.keySet().removeAll(ids));
        } catch (IOException e) {
            log.error("That plugins {} are gone could not be written down: {}", ids, e.toString());
        }
    }

    /** Changes what is written down of a plugin; null forgets it. */
    synchronized void save(String id, Function<@Nullable DesiredPlugin, @Nullable DesiredPlugin> change) {
        if (closed) {
            throw new UnavailableException("the orchestrator is closed", RETRY);
        }
        try {
            desired.update(entries -> {
                DesiredPlugin next = change.apply(entries.get(id));
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
    synchronized void prune() {
        if (closed || desired.incomplete()) {
            return;
        }
        Set<String> keep = new HashSet<>(desired.digests());
        keep.addAll(candidates.allDigests());
        keep.addAll(deployments.digests());
        try {
            store.prune(keep);
        } catch (IOException e) {
            log.warn("Old plugin archives could not be deleted: {}", e.toString());
        }
    }

    /** Writes and deletes nothing any more, since another host may have the home from now on. */
    synchronized void close() {
        closed = true;
    }
}
