package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.PluginVersion;
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

    /** What a file holds; the problem is empty if the next start can load it. */
    private record Held(String id, String version, String digest, String problem) {}

    private final PluginStore store;
    private final Consumer<PluginStatus> listener;
    private final Map<String, PluginStatus> loaded = new HashMap<>();
    private final Map<String, String> problems = new HashMap<>();
    private final Map<String, Held> files = new TreeMap<>();
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
            files.put(one.origin(), new Held(one.id(), one.version(), one.digest(), one.reason()));
        }
        statuses = current();
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
            Held before = files.get(name);
            if (before == null) {
                return false; // Whoever takes it for agents tells why.
            }
            held(name, new Held(before.id(), "", "", "it cannot be read: " + unreadable.getMessage()));
            return true;
        }
    }

    private Held held(Path file, String name) throws IOException {
        String digest = store.digest(file);
        Held before = files.get(name);
        if (before != null && before.digest().equals(digest) && before.problem().isEmpty()) {
            return before; // What was refused may be mended by what lies beside it.
        }
        try {
            return held(store.check(file).info());
        } catch (RefusedArchiveException refused) {
            String id = refused.ref().map(PluginRef::id).orElse(before == null ? name : before.id());
            String version = refused.ref().map(PluginRef::version).orElse("");
            return new Held(id, version, digest, String.join("; ", refused.problems()));
        }
    }

    private Held held(ArchiveInfo info) {
        return new Held(info.ref().id(), info.ref().version(), info.digest(), problems.getOrDefault(info.digest(), ""));
    }

    /** Takes note of an archive that turned out to be a provider when it was accepted. */
    synchronized void came(String name, ArchiveInfo info) {
        held(name, held(info));
    }

    /** Takes note that a file is gone, or holds no provider any more. */
    synchronized void gone(String name) {
        held(name, null);
    }

    private void held(String name, @Nullable Held now) {
        if (now == null ? files.remove(name) == null : now.equals(files.put(name, now))) {
            return;
        }
        Map<String, PluginStatus> before = statuses;
        statuses = current();
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

    private Map<String, PluginStatus> current() {
        TreeSet<String> ids = new TreeSet<>(loaded.keySet());
        files.values().forEach(file -> ids.add(file.id()));
        Map<String, PluginStatus> current = new TreeMap<>();
        for (String id : ids) {
            PluginStatus status = status(id, loaded.get(id));
            PluginStatus before = statuses.get(id);
            boolean same = before != null
                    && before.state() == status.state()
                    && before.digest().equals(status.digest())
                    && before.reason().equals(status.reason());
            current.put(id, same ? before : status);
        }
        return current;
    }

    private PluginStatus status(String id, @Nullable PluginStatus now) {
        List<Map.Entry<String, Held>> own = best(id);
        Map.Entry<String, Held> bad = own.stream()
                .filter(one -> !one.getValue().problem().isEmpty())
                .findFirst()
                .orElse(null);
        Map.Entry<String, Held> next = own.stream()
                .filter(one -> one.getValue().problem().isEmpty())
                .findFirst()
                .orElse(null);
        if (now != null) {
            return with(now, now.state(), note(now, next, bad));
        } else if (next != null) {
            return status(next, PluginState.PENDING, "it is a provider: the next start takes it up");
        }
        Map.Entry<String, Held> failed = Objects.requireNonNull(bad);
        return status(failed, PluginState.FAILED, failed.getValue().problem());
    }

    private static String note(
            PluginStatus now, Map.@Nullable Entry<String, Held> next, Map.@Nullable Entry<String, Held> bad) {
        if (next == null && bad == null) {
            return "its file is gone: it is used until the orchestrator stops, and not loaded again";
        } else if (next != null && !next.getValue().digest().equals(now.digest())) {
            return "version " + next.getValue().version() + " in " + next.getKey() + " takes effect at the next start";
        } else if (bad != null) {
            return "version " + bad.getValue().version() + " in " + bad.getKey() + " is not loaded: "
                    + bad.getValue().problem();
        }
        return "";
    }

    /** The files that hold this provider, the highest version first; what has none comes last. */
    private List<Map.Entry<String, Held>> best(String id) {
        List<Map.Entry<String, Held>> own = new ArrayList<>();
        files.entrySet().stream()
                .filter(file -> file.getValue().id().equals(id))
                .forEach(own::add);
        own.sort(Comparator.comparing(
                        (Map.Entry<String, Held> file) -> file.getValue().version(), ProviderFiles::compare)
                .reversed());
        return own;
    }

    private static int compare(String one, String other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Boolean.compare(!one.isEmpty(), !other.isEmpty());
        }
        return PluginVersion.parse(one).compareTo(PluginVersion.parse(other));
    }

    private static PluginStatus status(Map.Entry<String, Held> file, PluginState state, String reason) {
        Held held = file.getValue();
        return new PluginStatus(
                held.id(),
                PluginKind.PROVIDER,
                held.version(),
                held.digest(),
                state,
                List.of(),
                reason,
                file.getKey(),
                Instant.now(),
                List.of());
    }

    private static PluginStatus with(PluginStatus status, PluginState state, String reason) {
        return new PluginStatus(
                status.id(),
                status.kind(),
                status.version(),
                status.digest(),
                state,
                status.agents(),
                reason,
                status.origin(),
                reason.isEmpty() ? status.since() : Instant.now(),
                status.warnings());
    }
}
