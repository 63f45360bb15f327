package org.copilotframework.core.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.archive.DesiredPlugin;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.copilotframework.core.plugin.Exchange.Moved;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person or a program does with a plugin; the contract is that of {@link org.copilotframework.core.Plugins}. */
final class Operations {
    private static final Logger log = LoggerFactory.getLogger(Operations.class);

    private final PluginStore store;
    private final Ledger ledger;
    private final Candidates candidates;
    private final Deployments deployments;
    private final OperationRules rules;
    private final Exchange exchange;
    private final Upkeep upkeep;
    private final Turns turns;

    Operations(
            PluginStore store,
            Ledger ledger,
            Candidates candidates,
            Deployments deployments,
            OperationRules rules,
            Exchange exchange,
            Upkeep upkeep,
            Turns turns) {
        this.store = store;
        this.ledger = ledger;
        this.candidates = candidates;
        this.deployments = deployments;
        this.rules = rules;
        this.exchange = exchange;
        this.upkeep = upkeep;
        this.turns = turns;
    }

    PluginChange install(Path archive, @Nullable String sha256) {
        rules.requireOwnSet("publish the archive there (plugins publish FILE)");
        rules.requirePlace();
        long start = System.nanoTime();
        StoredPlugin stored = turns.onHostThread(() -> {
            try {
                return store.accept(archive, sha256, true);
            } catch (RefusedArchiveException refused) {
                throw new InvalidRequestException(refused.getMessage());
            }
        });
        if (stored.info().kind() == PluginKind.PROVIDER) {
            throw new InvalidRequestException(archive.getFileName() + " holds a provider, which is loaded when the"
                    + " orchestrator starts and not installed: put it into the folder of plugins (copilot.plugins.dir, on the"
                    + " command line --plugins) and start again");
        }
        String id = stored.info().ref().id();
        return turns.operation(id, () -> {
            Generation before = deployments.serving(id);
            String digest = stored.info().digest();
            PluginRef same = before != null && before.stored().info().digest().equals(digest) ? before.ref() : null;
            if (same != null && store.another()) {
                return change(id, PluginChange.Kind.UNCHANGED, new Moved(same, List.of()), start);
            }
            rules.requireHome("install");
            Moved moved = same != null
                    ? new Moved(same, List.of())
                    : served(new Candidate(stored, Candidates.INSTALLED), "install");
            candidates.installed(stored);
            Set<String> others = new HashSet<>(candidates.fileDigests(id));
            others.remove(digest);
            others.forEach(candidates::dismiss);
            ledger.save(id, entry -> {
                DesiredPlugin next = DesiredPlugin.installed(id, digest);
                return (entry == null ? next : entry.replacedBy(next)).dismissingAlso(others);
            });
            upkeep.settleWaiting(id);
            ledger.prune();
            PluginChange.Kind kind = same != null
                    ? PluginChange.Kind.UNCHANGED
                    : moved.before() == null ? PluginChange.Kind.INSTALLED : PluginChange.Kind.UPDATED;
            return change(id, kind, moved, start);
        });
    }

    PluginChange reload(String id) {
        long start = System.nanoTime();
        rules.requireKnown(id);
        return turns.operation(id, () -> {
            candidates.mended(id);
            Generation before = deployments.serving(id);
            Candidate again = before != null
                    ? new Candidate(before.stored(), before.origin())
                    : candidates.usable(id).stream().findFirst().orElseThrow(() -> rules.nothingUsable(id));
            Moved moved = served(again, "reload");
            ledger.remember(List.of(again));
            upkeep.settleWaiting(id);
            return change(id, PluginChange.Kind.RELOADED, moved, start);
        });
    }

    PluginChange rollback(String id) {
        long start = System.nanoTime();
        rules.requireOwnSet("publish the earlier archive there (plugins publish FILE)");
        rules.requireKnown(id);
        rules.requireHome("rollback");
        return turns.operation(id, () -> {
            DesiredPlugin entry = ledger.find(id).orElseThrow(() -> rules.unknown(id));
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
            Set<String> others = new HashSet<>(candidates.fileDigests(id));
            others.remove(digest);
            ledger.save(
                    id, now -> (now == null ? entry : now).rolledBackTo(digest).dismissingAlso(others));
            upkeep.settleWaiting(id);
            return change(id, PluginChange.Kind.ROLLED_BACK, moved, start);
        });
    }

    PluginChange remove(String id) {
        long start = System.nanoTime();
        rules.requireOwnSet("withdraw the plugin there (plugins publish --remove ID)");
        rules.requireKnown(id);
        rules.requireHome("remove");
        return turns.operation(id, () -> {
            Set<String> files = candidates.fileDigests(id);
            Optional<DesiredPlugin> known = ledger.find(id);
            if (deployments.serving(id) == null && files.isEmpty() && known.isEmpty()) {
                throw rules.nothingUsable(id);
            }
            Moved moved;
            try {
                moved = exchange.remove(id);
            } catch (FailedStart failed) {
                throw new InvalidRequestException("remove of plugin " + id + " failed: " + failed.getMessage()
                        + " (it can do without " + id + ", but does not start without it; all serves on. Mend it, or"
                        + " remove it first)");
            }
            files.forEach(candidates::dismiss);
            candidates.notInstalled(id);
            deployments.forgive(id);
            ledger.save(id, entry -> {
                DesiredPlugin none =
                        new DesiredPlugin(id, null, DesiredPlugin.Origin.INSTALLED, null, null, List.of(), files);
                DesiredPlugin next = entry == null
                        ? none
                        : none.dismissingAlso(entry.removed().dismissed());
                return next.dismissed().isEmpty() ? null : next;
            });
            upkeep.settleWaiting(id);
            ledger.prune();
            return change(id, PluginChange.Kind.REMOVED, moved, start);
        });
    }

    private Moved served(Candidate candidate, String operation) {
        try {
            return exchange.serve(candidate.stored(), candidate.origin());
        } catch (FailedStart failed) {
            Generation still = deployments.serving(candidate.id());
            String message =
                    operation + " of plugin " + candidate.stored().info().ref() + " failed: " + failed.getMessage()
                            + (still == null ? "" : " (version " + still.ref().version() + " serves on)");
            throw failed.takenName() != null ? new ConflictException(message) : new InvalidRequestException(message);
        }
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
