package org.copilotframework.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an operation on a plugin did. When it is returned, new calls reach what it tells; calls that had begun end on the
 * generation they began on.
 *
 * @param id the plugin
 * @param kind what was done
 * @param from the version that served before, or null if none did
 * @param to the version that serves now, or null if none does
 * @param agents the names of the agents that serve now, in order
 * @param reloaded the ids of other plugins that depend on this one and were loaded anew with it, in order
 * @param warnings what was found in the archive that does no harm now
 * @param elapsed how long it took until new calls reached the new version
 */
public record PluginChange(
        String id,
        Kind kind,
        @Nullable String from,
        @Nullable String to,
        List<String> agents,
        List<String> reloaded,
        List<String> warnings,
        Duration elapsed) {
    /** What an operation did. */
    public enum Kind {
        /** A plugin that did not serve before serves now. */
        INSTALLED,
        /** Another archive of the plugin serves now. */
        UPDATED,
        /** The same archive was loaded anew. */
        RELOADED,
        /** An archive that served earlier serves again. */
        ROLLED_BACK,
        /** The plugin is gone. */
        REMOVED,
        /** The archive served already; nothing was done. */
        UNCHANGED
    }

    /** Checks and copies. */
    public PluginChange {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        agents = List.copyOf(agents);
        reloaded = List.copyOf(reloaded);
        warnings = List.copyOf(warnings);
        Objects.requireNonNull(elapsed, "elapsed");
    }
}
