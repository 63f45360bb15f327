package org.copilotframework.example.hello;

import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;

/** The smallest agent there can be. */
@AgentInfo(name = "hello", description = "Greets whoever asks.")
public final class HelloAgent implements Agent {
    @Override
    public AgentReply handle(AgentRequest request, AgentContext context) {
        return AgentReply.text("Hello, " + request.text() + "!");
    }
}
