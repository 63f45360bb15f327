package org.copilotframework.api.plugin;

import java.util.Objects;

/**
 * Which plugin, in which version.
 *
 * @param id the plugin's id, from its manifest
 * @param version the plugin's version, from its manifest
 */
public record PluginRef(String id, String version) {
    /** Checks for null. */
    public PluginRef {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(version, "version");
    }

    @Override
    public String toString() {
        return id + " " + version;
    }
}
