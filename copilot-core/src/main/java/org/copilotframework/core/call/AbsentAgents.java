package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
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
    private final BiConsumer<RunRecord, CopilotException> end;
    private final Duration timeout;
    /** When all processes were away for long, those that come back later have something to take. */
    private long nextLook;

    /**
     * Looks for nothing yet.
     *
     * @param end ends a run, if it still has its fence
     */
    AbsentAgents(Premises premises, AgentDirectory agents, BiConsumer<RunRecord, CopilotException> end) {
        this.premises = premises;
        this.agents = agents;
        this.end = end;
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
            if (agents.find(run.agent()).isEmpty() && end(run)) {
                ended++;
            }
        }
        return ended > 0 && overdue.size() == AT_ONCE;
    }

    private boolean end(RunHead seen) {
        RunRecord run = premises.storage()
                .runs()
                .find(seen.tenant(), seen.id())
                .filter(now -> now.head().fence() == seen.fence())
                .orElse(null);
        if (run == null) {
            return false;
        }
        String why = "run " + seen.id() + " has waited longer than copilot.runs.agent-timeout, " + timeout
                + ", for a process that has agent '" + seen.agent()
                + "' and room for the run: install the plugin that brings it, or raise the"
                + " time, before you submit it again";
        try {
            end.accept(run, new DeadlineExceededException(why));
            LOG.warn("{}", why);
            return true;
        } catch (ConflictException elsewhere) {
            LOG.debug("Run {} was changed by somebody else meanwhile", seen.id(), elsewhere);
            return false;
        }
    }
}
