package org.copilotframework.core.archive;

/**
 * Another plugin that a plugin needs.
 *
 * @param id the other plugin's id
 * @param versionConstraint which versions will do, in PF4J's syntax such as {@code >=1.0 & <2.0}; {@code *} for any
 * @param optional whether the plugin also starts without it
 */
public record PluginNeed(String id, String versionConstraint, boolean optional) {
    /**
     * Whether a version will do.
     *
     * @param version the other plugin's version
     * @return true if it satisfies the constraint
     */
    public boolean isMetBy(PluginVersion version) {
        return version.satisfies(versionConstraint);
    }
}
