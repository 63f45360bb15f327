package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.core.agent.AgentDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends stored runs that have waited for too long for a process that has their agent: whoever has it takes them when they are due,
 * so nobody has. Any process may do it, and several may at once: the run's fence lets one of them.
 */
final class AbsentAgents {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int AT_ONCE = 100;
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LONGEST_GRACE = Duration.ofHours(1);

    private final Premises premises;
    private final AgentDirectory agents;
    private final RunResumption resumption;
    private final Duration timeout;
    /** When all processes were away for long, those that come back later have something to take. */
    private long nextLook;

    AbsentAgents(Premises premises, AgentDirectory agents, RunResumption resumption) {
        this.premises = premises;
        this.agents = agents;
        this.resumption = resumption;
        this.timeout = premises.runLimits().agentTimeout();
        Duration grace = timeout.dividedBy(100);
        this.nextLook = System.nanoTime() + (grace.compareTo(LONGEST_GRACE) > 0 ? LONGEST_GRACE : grace).toNanos();
    }

    /** Looks for such runs, if it is time, and ends a batch of them. */
    void look() {
        if (System.nanoTime() - nextLook >= 0 && !endSome()) {
            nextLook = System.nanoTime() + INTERVAL.toNanos();
        }
    }

    /** Whether there may be more. */
    private boolean endSome() {
        List<RunHead> overdue = premises.storage().runs().overdue(timeout, AT_ONCE);
        int ended = 0;
        for (RunHead run : overdue) {
            // Those of agents that are here are taken as soon as there is room for them.
            if (agents.find(run.agent()).isEmpty() && ended(run)) {
                ended++;
            }
        }
        return ended > 0 && overdue.size() == AT_ONCE;
    }

    private boolean ended(RunHead run) {
        try {
            String why = "run " + run.id() + " has waited longer than copilot.runs.agent-timeout, "
                    + timeout + ", for a process that has agent '" + run.agent()
                    + "': install the plugin that brings it, or raise the time, before you submit it again";
            resumption.end(run, new DeadlineExceededException(why));
            LOG.warn("{}", why);
            return true;
        } catch (ConflictException elsewhere) {
            LOG.debug("Run {} was changed by somebody else meanwhile", run.id(), elsewhere);
            return false;
        }
    }
}
