package org.copilotframework.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.jspecify.annotations.Nullable;

/** Tells what happened to the plugins between two looks. */
final class PluginWatch {
    /**
     * What happened to a plugin.
     *
     * @param kind one word
     * @param plugin the plugin after it; before it, if it is gone
     * @param before the version before, or null if it is the same or there was none
     */
    record Change(
            String kind, PluginStatus plugin, @Nullable String before) {}

    static final String REMOVED = "removed";

    private Map<String, PluginStatus> seen = Map.of();

    List<Change> look(List<PluginStatus> plugins) {
        Map<String, PluginStatus> now = new LinkedHashMap<>();
        plugins.forEach(plugin -> now.merge(plugin.id(), plugin, PluginWatch::theOneThatServes));
        List<Change> changes = new ArrayList<>();
        now.forEach((id, plugin) -> {
            PluginStatus before = seen.get(id);
            if (before == null || !same(before, plugin)) {
                changes.add(change(before, plugin));
            }
        });
        seen.forEach((id, plugin) -> {
            if (!now.containsKey(id)) {
                changes.add(new Change(REMOVED, plugin, null));
            }
        });
        seen = now;
        return changes;
    }

    /** Whether some plugin is about to be gone. */
    boolean drains() {
        return seen.values().stream().anyMatch(plugin -> plugin.state() == PluginState.DRAINING);
    }

    /** While a version drains, its successor is listed beside it. */
    private static PluginStatus theOneThatServes(PluginStatus one, PluginStatus other) {
        return one.state() == PluginState.DRAINING ? other : one;
    }

    private static boolean same(PluginStatus before, PluginStatus now) {
        return before.state() == now.state()
                && before.digest().equals(now.digest())
                && (before.reason().equals(now.reason()) || now.reason().isEmpty())
                && before.since().equals(now.since());
    }

    private static Change change(@Nullable PluginStatus before, PluginStatus now) {
        String version = before == null || before.version().equals(now.version()) ? null : before.version();
        return new Change(kind(before, now), now, version);
    }

    private static String kind(@Nullable PluginStatus before, PluginStatus now) {
        if (now.state() != PluginState.SERVING) {
            return JsonView.lower(now.state());
        } else if (before == null || before.state() == PluginState.FAILED || before.state() == PluginState.STARTING) {
            return "loaded";
        } else if (!before.digest().equals(now.digest())) {
            return "swapped";
        }
        // What serves is the same; a reason tells of a newer version that does not.
        return before.reason().equals(now.reason()) ? "reloaded" : "kept";
    }
}
