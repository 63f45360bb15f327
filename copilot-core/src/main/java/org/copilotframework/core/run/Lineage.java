package org.copilotframework.core.run;

/**
 * How a run has come about. It is stored with the run, so that agents that call agents, by whatever detour, meet the limits on
 * depth and number in the end.
 *
 * @param depth how many levels of agents calling agents are above it
 * @param calls how many calls the call from outside has caused that stands at its beginning, as far as this run knows
 */
public record Lineage(int depth, int calls) {
    /** Of a call from outside. */
    public static final Lineage NONE = new Lineage(0, 0);
}
