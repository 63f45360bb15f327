package org.copilotframework.core.archive;

import java.util.List;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/**
 * What an accepted archive says of itself.
 *
 * @param ref id and version as in the manifest; {@link PluginVersion#parse} reads the version
 * @param kind from {@code Copilot-Plugin-Kind}
 * @param digest the archive's SHA-256 in lower-case hex
 * @param description from {@code Plugin-Description}; may be empty
 * @param provider from {@code Plugin-Provider}; may be empty
 * @param needs from {@code Plugin-Dependencies}
 * @param swap from {@code Copilot-Swap}
 * @param pluginClass from {@code Plugin-Class}, or null
 * @param extensions the class names of the extension index, in its order, each once; never empty
 * @param warnings what is odd but does not keep the plugin from running
 */
public record ArchiveInfo(
        PluginRef ref,
        PluginKind kind,
        String digest,
        String description,
        String provider,
        List<PluginNeed> needs,
        Swap swap,
        @Nullable String pluginClass,
        List<String> extensions,
        List<String> warnings) {
    /** Copies the lists. */
    public ArchiveInfo {
        needs = List.copyOf(needs);
        extensions = List.copyOf(extensions);
        warnings = List.copyOf(warnings);
    }

    /**
     * The version as something that can be compared.
     *
     * @return the version
     */
    public PluginVersion version() {
        return PluginVersion.parse(ref.version());
    }
}
