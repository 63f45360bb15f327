package org.copilotframework.core.archive;

/** How a plugin is exchanged for another version of itself; the manifest's {@value #MANIFEST_ATTRIBUTE}. */
public enum Swap {
    /** The new version starts while the old one serves. */
    ROLLING,
    /** The old version is unloaded before the new one starts, because the two cannot be loaded at once. */
    EXCLUSIVE;

    /** The manifest attribute; one of the names above in lower case. */
    public static final String MANIFEST_ATTRIBUTE = "Copilot-Swap";
}
