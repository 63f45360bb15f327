package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents that the application registers itself: no archive, no loader of their own, never exchanged. */
public final class OwnAgents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OwnAgents.class);
    private static final String VERSION = "0.0.0";

    private final List<HostedAgent> hosted = new ArrayList<>();
    private final Duration stopTimeout;

    /**
     * Starts the agents in the given order.
     *
     * @param agents the agents
     * @param contexts makes what each is given
     * @param startTimeout how long one start may take
     * @param stopTimeout how long one stop may take
     * @throws InvalidRequestException if one cannot be described or does not start; those before it are stopped by then
     */
    public OwnAgents(
            List<Agent> agents,
            Function<PluginRef, PluginContext> contexts,
            Duration startTimeout,
            Duration stopTimeout) {
        this.stopTimeout = stopTimeout;
        for (Agent agent : agents) {
            try {
                start(agent, contexts, startTimeout);
            } catch (FailedStart failed) {
                close();
                throw new InvalidRequestException(
                        "the agent " + agent.getClass().getName() + " that the application"
                                + " registers does not start: " + failed.getMessage());
            }
        }
    }

    private void start(Agent agent, Function<PluginRef, PluginContext> contexts, Duration startTimeout) {
        String name;
        try {
            name = agent.descriptor().name();
        } catch (Throwable thrown) {
            throw new FailedStart(Faults.inWords(thrown));
        }
        if (hosted.stream().anyMatch(other -> other.descriptor().name().equals(name))) {
            throw new FailedStart("another agent of the application is named '" + name + "'; rename one of the two");
        }
        PluginContext context = contexts.apply(new PluginRef(name, VERSION));
        HostedAgent one = MadeAgents.hosted(
                agent, context, null, new Leases(), agent.getClass().getClassLoader());
        TimeBound.run("start-" + name, startTimeout, "copilot.plugins.start-timeout", () -> {
            Thread.currentThread().setContextClassLoader(agent.getClass().getClassLoader());
            try {
                agent.start(context);
            } catch (Throwable thrown) {
                throw new FailedStart("start() threw " + Faults.inWords(thrown));
            }
        });
        hosted.add(one);
    }

    /**
     * The agents, started.
     *
     * @return an unmodifiable list
     */
    public List<HostedAgent> hosted() {
        return List.copyOf(hosted);
    }

    /** Stops the agents, the last one first. */
    @Override
    public void close() {
        for (int i = hosted.size() - 1; i >= 0; i--) {
            HostedAgent one = hosted.get(i);
            String name = one.descriptor().name();
            try {
                TimeBound.run("stop-" + name, stopTimeout, "copilot.plugins.stop-timeout", () -> {
                    try {
                        one.agent().stop();
                    } catch (Throwable thrown) {
                        throw new FailedStart("stop() threw " + Faults.inWords(thrown));
                    }
                });
            } catch (FailedStart failed) {
                log.warn("Agent {}: {}", name, failed.getMessage());
            }
        }
        hosted.clear();
    }
}
