package org.copilotframework.api.client;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;

/** The agents that can be called now. Safe for use by several threads; each call sees one consistent moment. */
@ImplementedByHost
public interface Catalogue {
    /**
     * All agents.
     *
     * @return an unmodifiable list in the order of their names
     */
    List<CatalogueEntry> list();

    /**
     * Finds one agent.
     *
     * @param name the agent's name
     * @return the agent, or empty
     */
    Optional<CatalogueEntry> find(String name);

    /**
     * Names that look like the given one, for a message to a person.
     *
     * @param name a name that may not exist
     * @return at most three names that exist, best first
     */
    List<String> near(String name);
}
