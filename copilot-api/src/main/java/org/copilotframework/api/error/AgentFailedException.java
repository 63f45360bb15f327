package org.copilotframework.api.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agent took the call and failed: it threw, returned null or broke the contract. What it threw is told in words only, so
 * that no object of a plugin outlives the plugin.
 */
public final class AgentFailedException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /** The agent's name. */
    private final String agent;

    /** The run, or null if none was made. */
    private final @Nullable String runId;

    /**
     * Makes the error.
     *
     * @param agent the name of the agent
     * @param runId the run in which it failed, or null if it failed outside a run
     * @param message what happened, in words
     */
    public AgentFailedException(String agent, @Nullable String runId, String message) {
        super(ErrorCode.AGENT_FAILED, message, null);
        this.agent = Objects.requireNonNull(agent, "agent");
        this.runId = runId;
    }

    /**
     * The agent that failed.
     *
     * @return its name
     */
    public String agent() {
        return agent;
    }

    /**
     * The run in which it failed.
     *
     * @return the text of the run's id, or empty if the agent failed outside a run
     */
    public Optional<String> runId() {
        return Optional.ofNullable(runId);
    }
}
