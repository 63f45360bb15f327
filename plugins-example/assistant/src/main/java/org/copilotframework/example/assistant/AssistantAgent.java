package org.copilotframework.example.assistant;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;

/**
 * Talks with a model, remembers the session, lets the model call other agents, and asks the user before those that need his
 * approval.
 */
@AgentInfo(
        name = "assistant",
        description = "Talks with a language model, which can call the other agents and asks before the risky ones.")
public final class AssistantAgent implements Agent {
    private @Nullable AssistantSettings settings;
    private @Nullable Endpoint endpoint;

    @Override
    public void start(PluginContext plugin) {
        AssistantSettings read = plugin.settings(AssistantSettings.class);
        settings = read;
        endpoint = new Endpoint(read, prefix(plugin));
    }

    @Override
    public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
        AssistantSettings with = Objects.requireNonNull(settings, "started");
        List<String> missing = with.missing();
        if (!missing.isEmpty()) {
            throw new AgentFailedException(request.agent(), context.runId().value(), unset(prefix(context), missing));
        }
        return new Dialogue(request, context, with, Objects.requireNonNull(endpoint, "started")).reply();
    }

    private static String unset(String prefix, List<String> missing) {
        String names = String.join(" and ", missing.stream().map(prefix::concat).toList());
        String variables = String.join(
                " and ",
                missing.stream()
                        .map(name -> (prefix + name).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"))
                        .toList());
        return "the assistant does not know whom to ask: set " + names + " (in the environment " + variables
                + ") and restart; an endpoint is such as http://127.0.0.1:11434/v1";
    }

    static String prefix(PluginContext plugin) {
        return "copilot.plugin." + plugin.plugin().id() + ".";
    }

    @Override
    public void stop() {
        Endpoint ending = endpoint;
        if (ending != null) {
            endpoint = null;
            ending.close();
        }
    }
}
