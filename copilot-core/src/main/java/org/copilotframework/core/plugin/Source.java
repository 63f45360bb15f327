package org.copilotframework.core.plugin;

/** Where plugins come from while the host runs. */
interface Source extends AutoCloseable {
    /** How it stands in what is written down; the same after a restart. */
    String name();

    /** Whether it says all that shall serve, so that nothing else does: neither what was installed nor what is bundled. */
    boolean saysAll();

    /**
     * Whether what served under this name before the last stop may still be there. Asked before the first look; if the first
     * look that succeeds does not find it, it is told as gone.
     */
    boolean mayHold(String origin);

    /** Accepts all that is there, side by side, without telling. Returns whether it is known what is there. */
    boolean lookFirst();

    /** Begins to look again and again, and tells which plugins may have to be served differently. */
    void begin();

    /** Why it is not known what is there, or what of it could not be had, for an operator; empty if all is well. */
    String trouble();

    @Override
    void close();
}
