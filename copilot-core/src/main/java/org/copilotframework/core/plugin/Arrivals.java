package org.copilotframework.core.plugin;

import java.nio.file.Path;
import java.util.Set;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.StoredPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in archives that lie somewhere: in the watched folder, or where the application brought them. */
final class Arrivals {
    private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

    private final PluginStore store;
    private final Candidates candidates;
    private final Deployments deployments;
    private final ProviderFiles providers;

    Arrivals(PluginStore store, Candidates candidates, Deployments deployments, ProviderFiles providers) {
        this.store = store;
        this.candidates = candidates;
        this.deployments = deployments;
        this.providers = providers;
    }

    /**
     * Takes in what a file holds now; a refusal is told in the plugin's status.
     *
     * @return the ids that may be served differently now
     */
    Set<String> accept(Path file) {
        return accept(file, file.getFileName().toString());
    }

    /** As {@link #accept(Path)}, for a file outside the watched folder; its path stands for it. */
    Set<String> acceptBundled(Path file) {
        return accept(file, nameOfBundled(file));
    }

    static String nameOfBundled(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    private Set<String> accept(Path file, String name) {
        if (providers.took(file, name)) {
            return noAgents(name);
        }
        try {
            StoredPlugin stored = store.accept(file, null, false);
            if (stored.info().kind() == PluginKind.PROVIDER) {
                warn(stored);
                providers.came(name, stored.info());
                return noAgents(name);
            }
            providers.gone(name);
            return took(name, stored);
        } catch (RuntimeException | Error fault) {
            // One file, whatever it holds, keeps no other from being taken in.
            log.error("{} could not be taken in", name, fault);
            Set<String> ids = candidates.refused(name, null);
            deployments.failed(
                    ids.stream().findFirst().orElse(name),
                    null,
                    "",
                    name,
                    "it could not be read: " + Faults.brief(fault));
            return ids;
        } catch (RefusedArchiveException refused) {
            String id = refused.ref().map(PluginRef::id).orElse(null);
            log.warn("{}", refused.getMessage());
            providers.gone(name);
            Set<String> ids = candidates.refused(name, id);
            // Without an id of its own the file's name stands for it, unless it replaced a plugin that serves.
            String shown = id != null ? id : ids.stream().findFirst().orElse(name);
            deployments.failed(shown, refused.ref().orElse(null), "", name, String.join("; ", refused.problems()));
            return ids;
        }
    }

    /**
     * Takes in agents whose archive was accepted.
     *
     * @param name stands for where it came from
     * @return the ids that may be served differently now
     */
    Set<String> took(String name, StoredPlugin stored) {
        warn(stored);
        // Its own failure is forgiven when it serves; until then the status would be gone for a moment.
        deployments.forgiveFrom(name, stored.info().ref().id());
        return candidates.file(name, stored);
    }

    private static void warn(StoredPlugin stored) {
        stored.info()
                .warnings()
                .forEach(warning -> log.warn("Plugin {}: {}", stored.info().ref(), warning));
    }

    /**
     * Tells that an archive is refused of which it is known what it should be.
     *
     * @return the ids that may be served differently now
     */
    Set<String> refused(String name, PluginRef ref, String digest, String why) {
        log.warn("Plugin {} ({}) is not taken in: {}", ref, name, why);
        Set<String> ids = candidates.refused(name, ref.id());
        deployments.failed(ref.id(), ref, digest, name, why);
        return ids;
    }

    /** The file holds no agents, whatever it held before. */
    private Set<String> noAgents(String name) {
        deployments.forgiveFrom(name, null);
        return candidates.gone(name);
    }

    /**
     * Notes that a file is gone.
     *
     * @return the ids that may be served differently now
     */
    Set<String> gone(String name) {
        providers.gone(name);
        return noAgents(name);
    }
}
