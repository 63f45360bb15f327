package org.copilotframework.core;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.copilotframework.api.plugin.PluginRef;

/**
 * A generation of a plugin that was unloaded and whose classes are still in memory.
 *
 * @param plugin the plugin
 * @param unloaded when it was unloaded
 * @param causes what was seen to hold it, such as a thread it left behind. If nothing was seen, one that says so, once garbage
 *     collections have come by that would have taken the classes; empty until then
 */
public record UncollectedPlugin(PluginRef plugin, Instant unloaded, List<String> causes) {
    /** Checks and copies. */
    public UncollectedPlugin {
        Objects.requireNonNull(plugin, "plugin");
        Objects.requireNonNull(unloaded, "unloaded");
        causes = List.copyOf(causes);
    }
}
