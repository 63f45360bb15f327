package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;

/** What must hold before an operation begins, in words that say what to do if it does not. */
final class OperationRules {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PluginStore store;
    private final Ledger ledger;
    private final Candidates candidates;
    private final Deployments deployments;
    private final ProviderFiles providers;
    private final @Nullable Manifest manifest;

    OperationRules(
            PluginStore store,
            Ledger ledger,
            Candidates candidates,
            Deployments deployments,
            ProviderFiles providers,
            @Nullable Manifest manifest) {
        this.store = store;
        this.ledger = ledger;
        this.candidates = candidates;
        this.deployments = deployments;
        this.providers = providers;
        this.manifest = manifest;
    }

    /** Whether what is installed would be there after a restart. */
    void requirePlace() {
        if (!store.writable() && !store.another()) {
            throw new UnavailableException(
                    "plugins cannot be installed: copilot.home is on a read-only file system; put the archive into the image"
                            + " or volume that holds the plugins, or point copilot.home to a writable folder",
                    RETRY);
        }
    }

    /** Before any lock is made for the id, so that ids that never were leave nothing behind. */
    void requireKnown(String id) {
        boolean archived = deployments.serving(id) != null
                || candidates.stands(id)
                || ledger.find(id).filter(entry -> entry.current() != null).isPresent();
        if (!archived && providers.knows(id)) {
            throw new ConflictException(
                    "plugin " + id + " is a provider, which is loaded when the orchestrator starts and"
                            + " fixed until it stops: replace or delete its file in the folder of plugins, and start again");
        } else if (!archived && deployments.known(id)) {
            throw nothingUsable(id);
        } else if (!archived) {
            throw unknown(id);
        }
    }

    /** It is listed, but only for what is wrong with it. */
    ConflictException nothingUsable(String id) {
        String why = deployments.reason(id);
        return new ConflictException("plugin " + id + " has no archive that could serve"
                + (why.isEmpty() ? "" : ": " + why)
                + ". Its file in the watched folder stays; replace it by a good one, or delete it");
    }

    /** What only the host that has the home may do. */
    void requireHome(String operation) {
        if (store.another()) {
            throw new ConflictException(
                    "another process works with this copilot.home, and only that one changes what is"
                            + " installed there; " + operation + " the plugin when it has ended, use the folder that it"
                            + " watches, or set another copilot.home");
        }
        if (!store.writable()) {
            throw new UnavailableException(
                    operation
                            + " of a plugin is refused: copilot.home is on a read-only file system, so it would be undone by"
                            + " the next start; change the image or volume that holds the plugins, or point copilot.home to a"
                            + " writable folder",
                    RETRY);
        }
    }

    /** What the manifest says of all nodes, nobody changes on one of them. */
    void requireOwnSet(String instead) {
        if (manifest != null) {
            throw new ConflictException("this node serves what the manifest '" + manifest.name() + "' says ("
                    + Manifest.SETTING + "), and nothing else; " + instead);
        }
    }

    NotFoundException unknown(String id) {
        List<String> known =
                deployments.list().stream().map(PluginStatus::id).distinct().toList();
        return NotFoundException.named("plugin", NearNames.shown(id), NearNames.of(id, known));
    }
}
