package org.copilotframework.api;

/**
 * The generation of the plugin contract.
 *
 * <p>A plugin states in its manifest ({@value #MANIFEST_ATTRIBUTE}) the generation it was built against; a host loads only
 * plugins of its own generation. Within one generation the contract grows but does not break. Generation 0 is the time
 * before the first stable contract: it may still change with each release.
 */
public final class ApiGeneration {
    /** The generation that this artifact is. */
    public static final int CURRENT = 0;

    /** The manifest attribute in which a plugin states the generation it was built against. */
    public static final String MANIFEST_ATTRIBUTE = "Copilot-Api";

    private ApiGeneration() {}
}
