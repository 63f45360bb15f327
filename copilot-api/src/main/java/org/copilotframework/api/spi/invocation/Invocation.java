package org.copilotframework.api.spi.invocation;

import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.run.RunId;

/** One call of an agent, as interceptors and observers see it. Safe for use by several threads. */
@ImplementedByHost
public interface Invocation {
    /**
     * Which run it is.
     *
     * @return the run's id
     */
    RunId runId();

    /**
     * What is said to which agent.
     *
     * @return the request
     */
    AgentRequest request();

    /**
     * On whose behalf.
     *
     * @return tenant and principal
     */
    Caller caller();

    /**
     * The run from whose agent this call was made.
     *
     * @return the parent's run, or empty for a call from outside
     */
    Optional<RunId> parent();

    /**
     * How deep in a chain of agents calling agents.
     *
     * @return 0 for a call from outside
     */
    int depth();
}
