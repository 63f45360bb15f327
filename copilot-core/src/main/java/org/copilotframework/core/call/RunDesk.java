package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
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
    private static final int MAX_SWEEP = 1_000;
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    /** Which stored runs this process goes on with. */
    enum Takes {
        /** Whatever is due. */
        DUE,
        /** Those that somebody in this process holds. */
        OWN,
        /** None: it only learns what becomes of them. */
        NONE
    }

    private final Corridor corridor;
    private final AgentDirectory agents;
    private final RunLimits limits;
    private final RunResumption resumption;
    private final StoredInput inputs;
    private final StoredRunControl control;
    private final LeaseKeeper leases;
    private final OwnRuns ownRuns;
    private final Rounds rounds;
    private Takes takes = Takes.NONE;
    private volatile boolean closed;
    private long nextSweep = System.nanoTime();

    RunDesk(Corridor corridor, AgentDirectory agents) {
        this.corridor = corridor;
        this.agents = agents;
        this.limits = corridor.premises.runLimits();
        DeskWriting writing = new DeskWriting(corridor.premises);
        VersionWait versions = new VersionWait(corridor.premises, agents, writing);
        this.resumption = new RunResumption(corridor, this, versions, writing);
        this.inputs = new StoredInput(corridor.premises, corridor.events, agents, versions);
        this.control = new StoredRunControl(corridor.premises, inputs, resumption);
        this.leases = new LeaseKeeper(corridor.premises);
        this.ownRuns = new OwnRuns(corridor.premises);
        this.rounds = new Rounds("copilot-runs-", limits.pollInterval(), this::round);
    }

    /** Begins to take runs. Called once, when the agents are there. */
    void open(Takes which) {
        this.takes = which;
        if (which != Takes.NONE) {
            leases.open();
        }
        rounds.open();
    }

    /** Takes no further runs. Those at work here stay this process's. */
    void stopTaking() {
        rounds.close();
    }

    /** Waits for the look at the store that may have begun before. */
    void awaitLook(Duration patience) {
        rounds.await(patience);
    }

    /** Prolongs no lease any more, and learns of no run. */
    void close() {
        closed = true;
        stopTaking();
        leases.close();
    }

    /** What is said of a run whose end is not known here. */
    static UnavailableException closed(RunId run) {
        return new UnavailableException(
                "the orchestrator is closing; run " + run + " is in the store", Duration.ofSeconds(1));
    }

    /** Why the store could not be asked lately, or empty. */
    String trouble() {
        return rounds.trouble().isEmpty() ? leases.trouble() : rounds.trouble();
    }

    /** How runs get the input that they wait for. */
    StoredInput inputs() {
        return inputs;
    }

    /** How runs go on. */
    RunResumption resumption() {
        return resumption;
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
        Optional<RunHandle> stored = storage().runs().find(tenant, id).map(this::shown);
        if (closed) {
            // Whoever closes may have told all others already.
            stored.ifPresent(run -> run.close(closed(id)));
        }
        return stored;
    }

    /** A run that this process did not know when it looked; meanwhile somebody else may have come to know it. */
    RunHandle shown(RunRecord record) {
        CallLimits bounds = corridor.premises.limits();
        RunHandle handle = new RunHandle(
                record.head().tenant(), record.head().id(), bounds.events(), bounds.eventBytes(), control);
        corridor.events.load(handle);
        Telling.first(handle, record);
        return handle.state().terminal() ? handle : corridor.premises.runs().shown(handle);
    }

    private void round() {
        if (takes == Takes.DUE) {
            claim();
        }
        learn();
        if (takes != Takes.NONE) {
            sweep();
        }
    }

    private void claim() {
        List<String> names =
                agents.list().stream().map(entry -> entry.agent().name()).toList();
        int room = limits.taken() - leases.size();
        while (!rounds.closed() && !names.isEmpty() && room > 0) {
            int most = Math.min(room, MAX_CLAIM);
            List<RunRecord> due = storage().runs().claim(corridor.premises.holder(), names, limits.lease(), most);
            due.forEach(resumption::begin);
            room = due.size() < most ? 0 : limits.taken() - leases.size();
        }
    }

    private void learn() {
        for (RunHandle handle : corridor.premises.runs().elsewhere()) {
            if (rounds.closed()) {
                return;
            }
            Optional<RunRecord> record = storage().runs().find(handle.tenant(), handle.id());
            try {
                if (record.isEmpty()) {
                    corridor.premises.telling().ended(handle, RunEnd.gone(handle.id()));
                } else {
                    corridor.events.load(handle);
                    corridor.premises.telling().learned(handle, record.get());
                    takeOwn(handle, record.get());
                }
            } catch (RuntimeException unreadable) {
                // One that cannot be read keeps no other from being learned of; it is looked at again.
                LOG.debug("What became of run {} is not known", handle.id(), unreadable);
            }
        }
    }

    private void takeOwn(RunHandle handle, RunRecord record) {
        if (takes == Takes.OWN
                && !record.head().state().terminal()
                && agents.find(record.head().agent()).isPresent()
                && leases.size() < limits.taken()) {
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
    }

    private Storage storage() {
        return corridor.premises.storage();
    }
}
