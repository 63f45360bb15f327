package org.copilotframework.api;

/**
 * The generation of the plugin contract.
 *
 * <p>A plugin states in its manifest ({@value #MANIFEST_ATTRIBUTE}) the generation it was built against; a host loads only
 * plugins of its own generation. Within one generation the contract grows but does not break, which the build of this
 * artifact checks against the generation's first state. Generation 0 was the time before the first stable contract.
 */
public final class ApiGeneration {
    /** The generation that this artifact is. */
    public static final int CURRENT = 1;

    /** The manifest attribute in which a plugin states the generation it was built against. */
    public static final String MANIFEST_ATTRIBUTE = "Copilot-Api";

    private ApiGeneration() {}
}
