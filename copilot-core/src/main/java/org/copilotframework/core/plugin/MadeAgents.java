package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentDescriptor;
import org.copilotframework.api.agent.AgentSource;
import org.copilotframework.api.agent.TypedAgent;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.jspecify.annotations.Nullable;

/** Makes agents of a plugin's extensions, and asks each what it is. Runs code of the plugin, so it is to be bounded in time. */
final class MadeAgents {
    private MadeAgents() {}

    /** The agents of all extensions; at least one. */
    static List<Agent> of(SinglePlugin manager, GenerationLoader loader, PluginContext context) {
        List<Agent> made = new ArrayList<>();
        for (String name : manager.extensionNames()) {
            made.addAll(agentsOf(name, instance(manager, loader, name), context));
        }
        if (made.isEmpty()) {
            throw new FailedStart("it offers no agent: none of its extensions " + manager.extensionNames()
                    + " implements Agent or AgentSource of this host; mark the class that does so with @Extension or @AgentInfo,"
                    + " or if it is a provider say " + PluginKind.MANIFEST_ATTRIBUTE
                    + ": provider in its manifest");
        }
        return made;
    }

    private static Object instance(SinglePlugin manager, GenerationLoader loader, String name) {
        try {
            return manager.getExtensionFactory().create(loader.loadClass(name));
        } catch (ClassNotFoundException absent) {
            throw new FailedStart("its extension index lists " + name
                    + ", which is not in the archive; build it anew (mvn clean package)");
        } catch (Throwable thrown) {
            Throwable cause = thrown.getClass().getName().startsWith("org.pf4j.") && thrown.getCause() != null
                    ? thrown.getCause()
                    : thrown;
            if (cause instanceof IllegalAccessException || cause instanceof InstantiationException) {
                throw new FailedStart(name + " must be a public class with a public constructor without parameters: "
                        + Faults.inWords(cause));
            }
            throw FailedStart.threw("loading or constructing " + name, cause);
        }
    }

    private static Collection<? extends Agent> agentsOf(String name, Object extension, PluginContext context) {
        if (extension instanceof AgentSource source) {
            try {
                Collection<? extends Agent> agents = source.agents(context);
                if (agents == null || agents.isEmpty() || agents.stream().anyMatch(Objects::isNull)) {
                    throw new FailedStart(name + ".agents() gave no agent, or null; let it return at least one agent");
                }
                return agents;
            } catch (FailedStart failed) {
                throw failed;
            } catch (Throwable thrown) {
                throw FailedStart.threw(name + ".agents()", thrown);
            }
        }
        return extension instanceof Agent agent ? List.of(agent) : List.of();
    }

    /** Also for agents that the application registers itself. */
    static HostedAgent hosted(
            Agent agent, PluginContext context, @Nullable PluginRef ref, Leases leases, @Nullable ClassLoader loader) {
        try {
            AgentDescriptor descriptor = agent.descriptor();
            Data input = null;
            Data output = null;
            if (agent instanceof TypedAgent<?, ?> typed) {
                input = typed.codec(context.json()).schema(typed.inputType());
                output = typed.codec(context.json()).schema(typed.outputType());
            }
            CatalogueEntry entry = new CatalogueEntry(descriptor, ref, input, output);
            return new HostedAgent(descriptor, agent, context, leases, loader, entry);
        } catch (Throwable thrown) {
            throw new FailedStart(agent.getClass().getName() + " cannot be described: " + Faults.inWords(thrown)
                    + FailedStart.advice(thrown));
        }
    }
}
