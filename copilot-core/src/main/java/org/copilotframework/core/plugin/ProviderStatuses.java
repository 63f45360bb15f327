package org.copilotframework.core.plugin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.PluginVersion;
import org.jspecify.annotations.Nullable;

/**
 * What is told of provider plugins: how what is loaded and what the watched folder holds go together.
 *
 * @param loaded the providers that are in use, by their ids
 * @param files what the folder holds, by the names of the files
 */
record ProviderStatuses(Map<String, PluginStatus> loaded, Map<String, HeldProvider> files) {
    /**
     * One status for each provider, by its id.
     *
     * @param statuses what was told before, which stays as it is where nothing has changed
     */
    Map<String, PluginStatus> after(Map<String, PluginStatus> statuses) {
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
        List<Map.Entry<String, HeldProvider>> own = best(id);
        Map.Entry<String, HeldProvider> bad = own.stream()
                .filter(one -> !one.getValue().problem().isEmpty())
                .findFirst()
                .orElse(null);
        Map.Entry<String, HeldProvider> next = own.stream()
                .filter(one -> one.getValue().problem().isEmpty())
                .findFirst()
                .orElse(null);
        if (now != null) {
            return with(now, now.state(), note(now, next, bad));
        } else if (next != null) {
            return status(next, PluginState.PENDING, "it is a provider: the next start takes it up");
        }
        Map.Entry<String, HeldProvider> failed = Objects.requireNonNull(bad);
        return status(failed, PluginState.FAILED, failed.getValue().problem());
    }

    private static String note(
            PluginStatus now,
            Map.@Nullable Entry<String, HeldProvider> next,
            Map.@Nullable Entry<String, HeldProvider> bad) {
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
    private List<Map.Entry<String, HeldProvider>> best(String id) {
        List<Map.Entry<String, HeldProvider>> own = new ArrayList<>();
        files.entrySet().stream()
                .filter(file -> file.getValue().id().equals(id))
                .forEach(own::add);
        own.sort(Comparator.comparing(
                        (Map.Entry<String, HeldProvider> file) ->
                                file.getValue().version(),
                        ProviderStatuses::compare)
                .reversed());
        return own;
    }

    private static int compare(String one, String other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Boolean.compare(!one.isEmpty(), !other.isEmpty());
        }
        return PluginVersion.parse(one).compareTo(PluginVersion.parse(other));
    }

    private static PluginStatus status(Map.Entry<String, HeldProvider> file, PluginState state, String reason) {
        HeldProvider held = file.getValue();
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
