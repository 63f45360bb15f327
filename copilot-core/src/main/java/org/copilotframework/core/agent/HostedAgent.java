package org.copilotframework.core.agent;

import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentDescriptor;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;

/**
 * One agent of one generation, ready to be called.
 *
 * @param descriptor what it says of itself, read once
 * @param agent the agent
 * @param plugin what its plugin was given; carries the settings, the JSON and the id of this generation
 * @param leases who uses this generation
 * @param loader the context class loader for the agent's threads
 * @param entry how the catalogue shows it
 */
public record HostedAgent(
        AgentDescriptor descriptor,
        Agent agent,
        PluginContext plugin,
        Leases leases,
        @Nullable ClassLoader loader,
        CatalogueEntry entry) {}
