package org.copilotframework.core.call;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
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

    /**
     * Looks for such runs, if it is time, and ends all there are.
     *
     * @param stop when to end none any more
     */
    void look(BooleanSupplier stop) {
        if (System.nanoTime() - nextLook < 0) {
            return;
        }
        // Those of agents that are here wait for room, and are not even read: a backlog of them would hide all others.
        Set<String> passed = new HashSet<>();
        agents.list().forEach(entry -> passed.add(entry.agent().name()));
        List<RunHead> overdue;
        do {
            overdue = premises.storage().runs().overdue(timeout, passed, AT_ONCE);
            endSome(overdue, passed, stop);
        } while (overdue.size() == AT_ONCE && !stop.getAsBoolean());
        nextLook = System.nanoTime() + INTERVAL.toNanos();
    }

    /** If there is none that can be ended, their agents are passed over in this look: others may wait behind them. */
    private void endSome(List<RunHead> overdue, Set<String> passed, BooleanSupplier stop) {
        Set<String> stuck = new HashSet<>();
        boolean ended = false;
        for (RunHead run : overdue) {
            if (stop.getAsBoolean()) {
                return;
            } else if (agents.find(run.agent()).isPresent() || !end(run)) {
                stuck.add(run.agent());
            } else {
                ended = true;
            }
        }
        if (!ended) {
            passed.addAll(stuck);
        }
    }

    private boolean end(RunHead seen) {
        String why = "run " + seen.id() + " has waited longer than copilot.runs.agent-timeout, " + timeout
                + ", for a process that has agent '" + seen.agent()
                + "' and room for the run: install the plugin that brings it, or raise the"
                + " time, before you submit it again";
        try {
            RunRecord run = premises.storage()
                    .runs()
                    .find(seen.tenant(), seen.id())
                    .filter(now -> now.head().fence() == seen.fence())
                    .orElse(null);
            if (run == null) {
                return false;
            }
            end.accept(run, new DeadlineExceededException(why));
            LOG.warn("{}", why);
            return true;
        } catch (ConflictException elsewhere) {
            LOG.debug("Run {} was changed by somebody else meanwhile", seen.id(), elsewhere);
            return false;
        } catch (RuntimeException failed) {
            // One that cannot be read or written keeps no other from being ended.
            LOG.warn(
                    "Run {} has waited for too long for agent '{}' and cannot be ended: {}",
                    seen.id(),
                    seen.agent(),
                    failed.toString());
            return false;
        }
    }
}
