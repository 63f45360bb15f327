package org.copilotframework.core.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.core.Nodes;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells of itself.
 *
 * @param instance tells one process from another of the same name
 * @param plugins what it serves
 */
record NodeReport(String instance, List<Nodes.Plugin> plugins) {
    private static final long FORMAT = 1;

    Payload store() {
        return Payload.of(this, NodeReport::bytes);
    }

    private byte[] bytes() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("instance", instance);
        tree.put("plugins", plugins.stream().map(NodeReport::tree).toList());
        return StoredJson.write(tree);
    }

    private static Map<String, Object> tree(Nodes.Plugin plugin) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", plugin.id());
        tree.put("version", plugin.version());
        tree.put("sha256", plugin.digest());
        tree.put("state", plugin.state().name().toLowerCase(Locale.ROOT));
        return tree;
    }

    /** Empty if a later release wrote it in another form. */
    static Optional<NodeReport> read(Payload stored) {
        return stored.value(NodeReport.class).or(() -> {
            Map<String, ?> tree = StoredJson.read(stored.bytes(), "the report of a node");
            if (!(tree.get("format") instanceof Number format)
                    || format.longValue() != FORMAT
                    || !(tree.get("plugins") instanceof List<?> plugins)) {
                return Optional.empty();
            }
            List<Nodes.Plugin> read = new ArrayList<>();
            for (Object one : plugins) {
                if (one instanceof Map<?, ?> plugin) {
                    read.add(new Nodes.Plugin(
                            text(plugin.get("id")),
                            text(plugin.get("version")),
                            text(plugin.get("sha256")),
                            state(text(plugin.get("state")))));
                }
            }
            return Optional.of(new NodeReport(text(tree.get("instance")), read));
        });
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    /** A state that only a later release knows is none in which it serves. */
    private static PluginState state(String text) {
        for (PluginState state : PluginState.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(text)) {
                return state;
            }
        }
        return PluginState.FAILED;
    }
}
