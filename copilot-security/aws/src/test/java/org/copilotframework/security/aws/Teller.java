package org.copilotframework.security.aws;

import java.util.Objects;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;

/** Tells what no agent should: the secret among its settings, and the one before. */
@AgentInfo(name = "teller")
final class Teller implements Agent {
    private record Settings(Secret key) {}

    private @Nullable Secret key;

    @Override
    public void start(PluginContext plugin) {
        key = plugin.settings(Settings.class).key();
    }

    @Override
    public AgentReply handle(AgentRequest request, AgentContext context) {
        Secret now = Objects.requireNonNull(key);
        return AgentReply.text(now.value() + ", before " + now.previous().orElse("nothing"));
    }

    static String told(Orchestrator copilot) {
        return copilot.forCaller(Caller.local()).invoke("teller", "?").text();
    }
}
