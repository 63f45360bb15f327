package org.copilotframework.core.plugin;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.core.archive.PluginNeed;

/** Which of the first generations of a host cannot serve, though they have started. */
final class FirstRefusals {
    private final Map<Generation, FailedStart> refused = new LinkedHashMap<>();

    private FirstRefusals() {}

    /**
     * Looks at generations in the given order: of two with an agent of one name, the first wins.
     *
     * @param taken the names that are taken already; those of the generations are added
     * @return those that cannot serve, with the reason, also those that need one of them
     */
    static Map<Generation, FailedStart> of(Collection<Generation> generations, AgentNames taken) {
        FirstRefusals refusals = new FirstRefusals();
        for (Generation one : generations) {
            refusals.claim(one, taken);
        }
        if (!refusals.refused.isEmpty()) {
            Exchange.inOrder(generations).forEach(refusals::look);
        }
        return refusals.refused;
    }

    private void claim(Generation one, AgentNames taken) {
        try {
            taken.claim(one);
        } catch (FailedStart failed) {
            refused.put(one, failed);
        }
    }

    /** Those that it needs were looked at before. */
    private void look(Generation one) {
        for (PluginNeed need : one.stored().info().needs()) {
            if (refused.keySet().stream().anyMatch(other -> other.ref().id().equals(need.id()))) {
                String why = "it needs plugin " + need.id()
                        + ", which does not serve; mend that one, and this plugin starts by itself";
                refused.putIfAbsent(one, need.optional() ? FailedStart.toRetry(why) : new FailedStart(why));
            }
        }
    }
}
