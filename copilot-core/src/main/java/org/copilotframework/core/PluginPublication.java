package org.copilotframework.core;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was changed in the manifest that several nodes take their plugins from.
 *
 * @param revision how often the manifest was changed by now
 * @param changes what was changed; empty if it said all of that already
 */
public record PluginPublication(long revision, List<Change> changes) {
    /** Checks and copies. */
    public PluginPublication {
        changes = List.copyOf(changes);
    }

    /**
     * What was changed of one plugin.
     *
     * @param id the plugin
     * @param from the version that was published before, or null if none was
     * @param to the version that is published now, or null if none is; the same one if only the archive is another
     */
    public record Change(
            String id, @Nullable String from, @Nullable String to) {
        /** Checks for null. */
        public Change {
            Objects.requireNonNull(id, "id");
        }
    }
}
