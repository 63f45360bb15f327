package org.copilotframework.core.call;

import java.util.Map;
import java.util.Set;

/**
 * What the dispatcher is doing at one moment. The numbers are read one after another, so they need not fit each other exactly.
 *
 * @param inFlight calls whose caller has not been answered
 * @param waiting those of them that wait for a session, a permit or an exclusive swap; they hold no thread of the host
 * @param abandoned calls whose caller has been answered but whose agent has not returned
 * @param ignoredCancellations how often an agent has gone on for longer than the grace after its call ended
 * @param ignoredByAgent the same by the agent's name
 * @param movedAgents the agents that run apart from the shared threads because of that
 * @param virtualThreadsStarved whether virtual threads get no processor now
 * @param storeTrouble why stored runs could not be seen to lately, or empty
 */
public record DispatcherStats(
        int inFlight,
        int waiting,
        int abandoned,
        long ignoredCancellations,
        Map<String, Long> ignoredByAgent,
        Set<String> movedAgents,
        boolean virtualThreadsStarved,
        String storeTrouble) {}
