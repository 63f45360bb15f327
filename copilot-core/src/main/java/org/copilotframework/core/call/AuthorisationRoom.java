package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.Faults;

/** Asks whether the caller may call the agent, and then, whether there is one: who may not, does not learn it. */
final class AuthorisationRoom implements Room {
    private final Authorizer authorizer;
    private final AgentDirectory agents;

    AuthorisationRoom(Authorizer authorizer, AgentDirectory agents) {
        this.authorizer = authorizer;
        this.agents = agents;
    }

    @Override
    public boolean enter(Call call) {
        String agent = call.request().agent();
        demand(call.caller(), agent);
        agents.place(agent);
        return true;
    }

    /** Refuses who may not call an agent, whether there is such an agent or not. */
    void demand(Caller caller, String agent) {
        if (!allowed(caller, agent)) {
            throw new ForbiddenException("'" + caller.principal().subject() + "' of tenant '" + caller.tenant()
                    + "' may not call this agent; it takes the scope agents:invoke, or agents:invoke:<agent>");
        }
    }

    boolean allowed(Caller caller, String agent) {
        try {
            return authorizer.mayInvoke(caller, agent);
        } catch (CopilotException refusal) {
            throw refusal;
        } catch (RuntimeException | Error fault) {
            throw new UnavailableException(
                    "whether the caller may call the agent cannot be decided: " + Faults.brief(fault),
                    Duration.ofSeconds(1));
        }
    }

    /** All agents, also those that are refused to some. */
    AgentDirectory agents() {
        return agents;
    }
}
