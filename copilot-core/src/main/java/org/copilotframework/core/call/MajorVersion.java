package org.copilotframework.core.call;

import org.copilotframework.api.plugin.PluginRef;
import org.jspecify.annotations.Nullable;

/** Which versions of a plugin a suspended run can go on with: those of one major version. */
record MajorVersion(PluginRef plugin) {
    /** What a run demands, or null if any version will do. */
    static @Nullable MajorVersion of(@Nullable PluginRef plugin) {
        return plugin == null ? null : new MajorVersion(plugin);
    }

    boolean fits(PluginRef other) {
        return number(other).equals(number(plugin));
    }

    /** As a person would name the versions that fit. */
    String shown() {
        return number(plugin) + ".x";
    }

    private static String number(PluginRef of) {
        int dot = of.version().indexOf('.');
        return dot < 0 ? of.version() : of.version().substring(0, dot);
    }
}
