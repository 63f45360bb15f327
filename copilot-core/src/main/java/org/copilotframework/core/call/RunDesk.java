package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.run.Ticket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to the stored runs, on a thread of its own: takes those that are due, learns what became of those that are at work
 * elsewhere, and has the store swept.
 */
final class RunDesk {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MAX_CLAIM = 100;
    /** A run may be as large as a commit; a hundred of them would not fit into the memory of every process. */
    private static final long MAX_CLAIM_BYTES = 64L << 20;

    private static final int MAX_SWEEP = 1_000;
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final Corridor corridor;
    private final AgentDirectory agents;
    private final RunLimits limits;
    private final RunResumption resumption;
    private final StoredRunControl control;
    private final LeaseKeeper leases;
    private final OwnRuns ownRuns;
    private final AbsentAgents absentAgents;
    private final Rounds rounds;
    private boolean ownOnly;
    private long nextSweep = System.nanoTime();

    RunDesk(Corridor corridor, AgentDirectory agents) {
        this.corridor = corridor;
        this.agents = agents;
        this.limits = corridor.premises.runLimits();
        this.resumption = new RunResumption(corridor, agents, this);
        this.control = new StoredRunControl(corridor.premises, corridor.events, agents, resumption);
        this.leases = new LeaseKeeper(corridor.premises, resumption::lost);
        this.ownRuns = new OwnRuns(corridor.premises);
        this.absentAgents = new AbsentAgents(corridor.premises, agents, resumption::end);
        this.rounds = new Rounds("copilot-runs-", limits.pollInterval(), this::round);
    }

    /**
     * Begins to take runs. Called once, when the agents are there.
     *
     * @param onlyOwn whether runs that nobody here holds are left to others
     */
    void open(boolean onlyOwn) {
        this.ownOnly = onlyOwn;
        leases.open();
        rounds.open();
    }

    /** Takes no further runs. Those at work here stay this process's. */
    void stopTaking() {
        rounds.close();
    }

    /** Prolongs no lease any more. */
    void close() {
        stopTaking();
        leases.close();
    }

    /** Why the store could not be asked lately, or empty. */
    String trouble() {
        return rounds.trouble().isEmpty() ? leases.trouble() : rounds.trouble();
    }

    /** What is done to runs that are not at work here. */
    StoredRunControl control() {
        return control;
    }

    /** A call of this process works on a stored run. */
    void taken(Call call, Ticket ticket) {
        leases.taken(call, ticket);
    }

    /** A call works on it no longer. */
    void left(Ticket ticket) {
        leases.left(ticket);
    }

    /** A run as this process shows it, wherever it is at work. May ask the store. */
    Optional<RunHandle> find(TenantId tenant, RunId id) {
        Optional<RunHandle> known = corridor.premises.runs().find(tenant, id);
        if (known.isPresent()) {
            return known;
        }
        return storage().runs().find(tenant, id).map(this::shown);
    }

    /** A run that this process did not know when it looked; meanwhile somebody else may have come to know it. */
    RunHandle shown(RunRecord record) {
        CallLimits bounds = corridor.premises.limits();
        RunHandle handle = new RunHandle(
                record.head().tenant(), record.head().id(), bounds.events(), bounds.eventBytes(), control);
        corridor.events.load(handle);
        return RunLearning.learn(handle, record)
                ? handle
                : corridor.premises.runs().shown(handle);
    }

    private void round() {
        if (!ownOnly) {
            claim();
        }
        learn();
        sweep();
    }

    private void claim() {
        List<String> names =
                agents.list().stream().map(entry -> entry.agent().name()).toList();
        int room = limits.taken() - leases.size();
        while (!rounds.closed() && !names.isEmpty() && room > 0) {
            int most = Math.min(room, MAX_CLAIM);
            List<RunRecord> due =
                    storage().runs().claim(corridor.premises.holder(), names, limits.lease(), most, MAX_CLAIM_BYTES);
            due.forEach(resumption::begin);
            boolean more = due.size() == most || bytes(due) > MAX_CLAIM_BYTES / 2;
            room = more ? limits.taken() - leases.size() : 0;
        }
    }

    private static long bytes(List<RunRecord> runs) {
        return runs.stream()
                .mapToLong(run -> run.input().bytes().length
                        + (run.detail() == null ? 0 : run.detail().bytes().length))
                .sum();
    }

    private void learn() {
        for (RunHandle handle : corridor.premises.runs().elsewhere()) {
            if (rounds.closed()) {
                return;
            }
            Optional<RunRecord> record = storage().runs().find(handle.tenant(), handle.id());
            try {
                record.ifPresent(there -> corridor.events.load(handle));
                if (record.isEmpty() ? RunLearning.gone(handle) : RunLearning.learn(handle, record.get())) {
                    corridor.premises.runs().ended(handle, 0);
                } else if (ownOnly && record.isPresent()) {
                    takeOwn(handle, record.get());
                }
            } catch (RuntimeException unreadable) {
                // One that cannot be read keeps no other from being learned of; it is looked at again.
                LOG.debug("What became of run {} is not known", handle.id(), unreadable);
            }
        }
    }

    private void takeOwn(RunHandle handle, RunRecord record) {
        if (agents.find(record.head().agent()).isPresent() && leases.size() < limits.taken()) {
            RunRecord taken = ownRuns.taken(handle, record);
            if (taken != null) {
                resumption.begin(taken);
            }
        }
    }

    /** A batch each round while there is much to do, so that it never keeps runs from being taken for long. */
    private void sweep() {
        long now = System.nanoTime();
        if (!rounds.closed() && now - nextSweep >= 0 && storage().sweep(limits.retention(), MAX_SWEEP) < MAX_SWEEP) {
            nextSweep = now + SWEEP_INTERVAL.toNanos();
        }
        if (!rounds.closed() && !ownOnly) {
            absentAgents.look();
        }
    }

    private Storage storage() {
        return corridor.premises.storage();
    }
}
