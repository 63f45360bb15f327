package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider plugins, as far as the watched folder tells of them. They were loaded before this host was made and are fixed;
 * what changes in the folder is only told, for the next start takes it up. Each method is atomic.
 */
final class ProviderFiles {
    private static final Logger log = LoggerFactory.getLogger(ProviderFiles.class);

    private final PluginStore store;
    private final Consumer<PluginStatus> listener;
    private final Map<String, PluginStatus> loaded = new HashMap<>();
    private final Map<String, String> problems = new HashMap<>();
    private final Map<String, HeldProvider> files = new TreeMap<>();
    private Map<String, PluginStatus> statuses = new TreeMap<>();
    private boolean watching;

    /**
     * Begins with what the start of the orchestrator found.
     *
     * @param found the providers that are loaded, and those that failed
     */
    ProviderFiles(Collection<PluginStatus> found, PluginStore store, Consumer<PluginStatus> listener) {
        this.store = store;
        this.listener = listener;
        for (PluginStatus one : found) {
            if (one.state() == PluginState.SERVING) {
                loaded.put(one.id(), one);
            } else if (!one.digest().isEmpty()) {
                problems.put(one.digest(), one.reason());
            }
            files.put(one.origin(), new HeldProvider(one.id(), one.version(), one.digest(), one.reason()));
        }
        statuses = new ProviderStatuses(loaded, files).after(statuses);
    }

    /** From now on any file may become a provider; before, all that are were found already. */
    synchronized void watch() {
        watching = true;
    }

    /** Takes note of a file if it says that it is a provider. False if it says it is none, or cannot be read. */
    synchronized boolean took(Path file, String name) {
        if (!watching && !files.containsKey(name)) {
            return false; // Nothing is read twice where it is no provider: most files are none.
        }
        try {
            if (store.kind(file) != PluginKind.PROVIDER) {
                return false;
            }
            held(name, held(file, name));
            return true;
        } catch (IOException unreadable) {
            log.debug("{} cannot be looked at", name, unreadable);
            HeldProvider before = files.get(name);
            if (before == null) {
                return false; // Whoever takes it for agents tells why.
            }
            held(name, new HeldProvider(before.id(), "", "", "it cannot be read: " + unreadable.getMessage()));
            return true;
        }
    }

    private HeldProvider held(Path file, String name) throws IOException {
        String digest = store.digest(file);
        HeldProvider before = files.get(name);
        if (before != null && before.digest().equals(digest) && before.problem().isEmpty()) {
            return before; // What was refused may be mended by what lies beside it.
        }
        try {
            return held(store.check(file).info());
        } catch (RefusedArchiveException refused) {
            String id = refused.ref().map(PluginRef::id).orElse(before == null ? name : before.id());
            String version = refused.ref().map(PluginRef::version).orElse("");
            return new HeldProvider(id, version, digest, String.join("; ", refused.problems()));
        }
    }

    private HeldProvider held(ArchiveInfo info) {
        return new HeldProvider(
                info.ref().id(), info.ref().version(), info.digest(), problems.getOrDefault(info.digest(), ""));
    }

    /** Takes note of an archive that turned out to be a provider when it was accepted. */
    synchronized void came(String name, ArchiveInfo info) {
        held(name, held(info));
    }

    /** Takes note that a file is gone, or holds no provider any more. */
    synchronized void gone(String name) {
        held(name, null);
    }

    private void held(String name, @Nullable HeldProvider now) {
        if (now == null ? files.remove(name) == null : now.equals(files.put(name, now))) {
            return;
        }
        Map<String, PluginStatus> before = statuses;
        statuses = new ProviderStatuses(loaded, files).after(statuses);
        statuses.forEach((id, status) -> {
            if (!status.equals(before.get(id))) {
                log.info("Provider {} {}: {}", id, status.version(), status.reason());
                listener.accept(status);
            }
        });
    }

    synchronized boolean knows(String id) {
        return statuses.containsKey(id);
    }

    /** One status for each provider. */
    synchronized List<PluginStatus> statuses() {
        return List.copyOf(statuses.values());
    }
}
