package org.copilotframework.core.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to the stored runs, on a thread of its own: prolongs the leases of those at work here, takes those that are due, learns
 * what became of those that are at work elsewhere, and has the store swept.
 */
final class RunDesk implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MAX_CLAIM = 100;
    private static final int MAX_SWEEP = 1_000;
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private record Taken(Call call, Ticket ticket) {}

    private final Corridor corridor;
    private final AgentDirectory agents;
    private final RunLimits limits;
    private final RunResumption resumption;
    private final StoredRunControl control;
    private final Map<RunLease, Taken> taken = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile String trouble = "";
    private final Thread thread = new PlatformThreads("copilot-runs-").newThread(this);
    private long nextRenewal = System.nanoTime();
    private long nextSweep = System.nanoTime();

    RunDesk(Corridor corridor, AgentDirectory agents) {
        this.corridor = corridor;
        this.agents = agents;
        this.limits = corridor.premises.runLimits();
        this.resumption = new RunResumption(corridor, agents, this);
        this.control = new StoredRunControl(corridor.premises, agents, resumption);
    }

    /** Begins to take runs. Called once, when the agents are there. */
    void open() {
        thread.start();
    }

    /** Takes no further runs. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** Why the store could not be asked lately, or empty. */
    String trouble() {
        return trouble;
    }

    /** What is done to runs that are not at work here. */
    StoredRunControl control() {
        return control;
    }

    /** A call of this process works on a stored run. */
    void taken(Call call, Ticket ticket) {
        taken.put(ticket.lease(), new Taken(call, ticket));
    }

    /** A call works on it no longer. */
    void left(Ticket ticket) {
        taken.remove(ticket.lease());
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

    @Override
    public void run() {
        while (!closed) {
            try {
                round();
                trouble = "";
            } catch (CopilotException unavailable) {
                told(unavailable.getMessage(), null);
            } catch (RuntimeException | Error fault) {
                told("the store failed: " + fault, fault);
            }
            if (!closed) {
                LockSupport.parkNanos(this, limits.pollInterval().toNanos());
            }
        }
    }

    private void told(String words, @Nullable Throwable fault) {
        if (!closed && !words.equals(trouble)) {
            LOG.warn("Stored runs cannot be seen to: {}", words, fault);
            trouble = words;
        }
    }

    private void round() {
        long now = System.nanoTime();
        if (now - nextRenewal >= 0) {
            renew();
            nextRenewal = now + limits.lease().toNanos() / 3;
        }
        claim();
        learn();
        if (now - nextSweep >= 0) {
            nextSweep = now + SWEEP_INTERVAL.toNanos();
            sweep();
        }
    }

    private void renew() {
        if (taken.isEmpty()) {
            return;
        }
        List<RunLease> held = new ArrayList<>(taken.keySet());
        for (RunLease lost : storage().runs().renew(held, limits.lease())) {
            Taken one = taken.get(lost);
            if (one != null) {
                resumption.lost(one.call(), one.ticket());
            }
        }
    }

    private void claim() {
        List<String> names =
                agents.list().stream().map(entry -> entry.agent().name()).toList();
        int room = limits.taken() - taken.size();
        while (!closed && !names.isEmpty() && room > 0) {
            int most = Math.min(room, MAX_CLAIM);
            List<RunRecord> due = storage().runs().claim(corridor.premises.holder(), names, limits.lease(), most);
            due.forEach(resumption::begin);
            room = due.size() < most ? 0 : limits.taken() - taken.size();
        }
    }

    private void learn() {
        for (RunHandle handle : corridor.premises.runs().elsewhere()) {
            if (closed) {
                return;
            }
            Optional<RunRecord> record = storage().runs().find(handle.tenant(), handle.id());
            if (record.isPresent()) {
                corridor.events.load(handle);
            }
            if (record.isEmpty() ? RunLearning.gone(handle) : RunLearning.learn(handle, record.get())) {
                corridor.premises.runs().ended(handle, 0);
            }
        }
    }

    private void sweep() {
        int swept = MAX_SWEEP;
        while (!closed && swept == MAX_SWEEP) {
            swept = storage().sweep(limits.retention(), MAX_SWEEP);
        }
    }

    private Storage storage() {
        return corridor.premises.storage();
    }
}
