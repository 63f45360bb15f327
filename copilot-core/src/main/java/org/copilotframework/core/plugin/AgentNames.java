package org.copilotframework.core.plugin;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which agent names are taken, and by whom. Made for one move, and thrown away. */
final class AgentNames {
    private final Map<String, String> owners = new HashMap<>();

    AgentNames(Set<String> ofTheApplication) {
        take(ofTheApplication, "the application itself");
    }

    void take(Collection<String> names, String owner) {
        for (String name : names) {
            owners.put(name, owner);
        }
    }

    boolean isTaken(String name) {
        return owners.containsKey(name);
    }

    /**
     * Takes the names of a generation's agents, all or none.
     *
     * @throws FailedStart if one of them is taken
     */
    void claim(Generation one) {
        for (String name : one.agentNames()) {
            String owner = owners.get(name);
            if (owner != null) {
                throw FailedStart.nameTaken(
                        "its agent '" + name + "' has the name of an agent of " + owner
                                + ", which serves already; rename one of the two in its @AgentInfo",
                        name,
                        one.ref().id());
            }
        }
        take(one.agentNames(), "plugin " + one.ref());
    }
}
