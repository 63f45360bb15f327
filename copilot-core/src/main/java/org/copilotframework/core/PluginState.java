package org.copilotframework.core;

/** The state of a plugin in the orchestrator. */
public enum PluginState {
    /**
     * It was not ready when the start of the orchestrator ended. It serves once it has started, or fails when its time is up.
     */
    STARTING,
    /** Its agents can be called; if it is a provider, the host uses it. */
    SERVING,
    /** It is being exchanged and cannot be loaded twice; calls wait. */
    HELD,
    /** It was replaced or removed; calls that had begun are ending. */
    DRAINING,
    /** It is a provider that came while the orchestrator runs; the next start takes it up. */
    PENDING,
    /** It does not serve; the status tells why. */
    FAILED
}
