package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;

/** Where stored runs are seen to: taken and gone on with, kept as long as they are at work here, found, answered and canceled. */
final class RunDesk {
    private final Corridor corridor;
    private final RunResumption resumption;
    private final StoredInput inputs;
    private final StoredRunControl control;
    private final LeaseKeeper leases;
    private final RunLooks looks;
    private final StoreKeeping keeping;
    private volatile boolean closed;

    RunDesk(Corridor corridor, AgentDirectory agents) {
        this.corridor = corridor;
        DeskWriting writing = new DeskWriting(corridor.premises);
        VersionWait versions = new VersionWait(corridor.premises, agents, writing);
        this.resumption = new RunResumption(corridor, this, versions, writing);
        this.inputs = new StoredInput(corridor.premises, corridor.events, agents, versions);
        this.control = new StoredRunControl(corridor.premises, inputs, resumption);
        this.leases = new LeaseKeeper(corridor.premises);
        this.looks = new RunLooks(corridor, agents, resumption, leases);
        this.keeping = new StoreKeeping(corridor.premises, new AbsentAgents(corridor.premises, agents, writing::end));
    }

    /** Begins to take runs. Called once, when the agents are there. */
    void open(RunLooks.Takes which) {
        if (which != RunLooks.Takes.NONE) {
            leases.open();
            keeping.open(which);
        }
        looks.open(which);
    }

    /** Takes no further runs. Those at work here stay this process's. */
    void stopTaking() {
        looks.close();
        keeping.close();
    }

    /** Waits for the looks at the store that may have begun before. */
    void awaitLook(Duration patience) {
        looks.await(patience);
        keeping.await(patience);
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
        return Stream.of(looks.trouble(), leases.trouble(), keeping.trouble())
                .filter(trouble -> !trouble.isEmpty())
                .findFirst()
                .orElse("");
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
        Optional<RunHandle> stored =
                corridor.premises.storage().runs().find(tenant, id).map(this::shown);
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
}
