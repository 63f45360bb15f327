package org.copilotframework.security.aws;

import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.core.Orchestrator;

/** Remembers in its session what it is told, and says what it was told before. */
@AgentInfo(name = "recall")
final class Recall implements Agent {
    @Override
    public AgentReply handle(AgentRequest request, AgentContext context) {
        return AgentReply.text("Before: "
                + context.session().orElseThrow().history(10).stream()
                        .map(turn -> turn.request().text())
                        .toList());
    }

    static String ask(Orchestrator copilot, String tenant, String text) {
        return copilot.forCaller(Caller.of(tenant, "ann"))
                .invoke(AgentRequest.to("recall").text(text).session("s1").build())
                .text();
    }
}
