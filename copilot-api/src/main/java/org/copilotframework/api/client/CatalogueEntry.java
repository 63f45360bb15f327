package org.copilotframework.api.client;

import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.agent.AgentDescriptor;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.plugin.PluginRef;
import org.jspecify.annotations.Nullable;

/** An agent that can be called now. Immutable. */
public final class CatalogueEntry {
    private final AgentDescriptor agent;
    private final @Nullable PluginRef plugin;
    private final @Nullable Data inputSchema;
    private final @Nullable Data outputSchema;

    /**
     * Makes an entry.
     *
     * @param agent what the agent says of itself
     * @param plugin the plugin it came from, or null if the application registered it itself
     * @param inputSchema JSON Schema (2020-12) of the data it takes, or null if it takes any message
     * @param outputSchema JSON Schema (2020-12) of the data it gives, or null if it gives any message
     */
    public CatalogueEntry(
            AgentDescriptor agent,
            @Nullable PluginRef plugin,
            @Nullable Data inputSchema,
            @Nullable Data outputSchema) {
        this.agent = Objects.requireNonNull(agent, "agent");
        this.plugin = plugin;
        this.inputSchema = inputSchema;
        this.outputSchema = outputSchema;
    }

    /**
     * What the agent says of itself.
     *
     * @return name, description and way of running
     */
    public AgentDescriptor agent() {
        return agent;
    }

    /**
     * The plugin that the agent came from.
     *
     * @return the plugin and its version, or empty if the application registered the agent itself
     */
    public Optional<PluginRef> plugin() {
        return Optional.ofNullable(plugin);
    }

    /**
     * The data the agent takes.
     *
     * @return a JSON Schema (2020-12), or empty if it takes any message
     */
    public Optional<Data> inputSchema() {
        return Optional.ofNullable(inputSchema);
    }

    /**
     * The data the agent gives.
     *
     * @return a JSON Schema (2020-12), or empty if it gives any message
     */
    public Optional<Data> outputSchema() {
        return Optional.ofNullable(outputSchema);
    }

    @Override
    public String toString() {
        return agent.name() + (plugin == null ? "" : " (" + plugin + ")");
    }
}
