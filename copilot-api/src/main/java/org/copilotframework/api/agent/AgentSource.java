package org.copilotframework.api.agent;

import java.util.Collection;
import org.copilotframework.api.plugin.PluginContext;
import org.pf4j.ExtensionPoint;

/**
 * Offers agents that are made from configuration: as many as the settings say, each with a {@linkplain Agent#descriptor()
 * descriptor} of its own. A plugin offers a source by a public class with a public constructor without parameters that
 * carries {@link org.pf4j.Extension}.
 */
public interface AgentSource extends ExtensionPoint {
    /**
     * Makes the agents of one generation. Called once, before they start.
     *
     * @param plugin what the host offers to the plugin
     * @return the agents, each with a name of its own; at least one
     * @throws Exception if they cannot be made; the generation then never serves
     */
    Collection<? extends Agent> agents(PluginContext plugin) throws Exception;
}
