package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the stored runs again and again, on a thread of its own: takes those that are due, and learns what became of those
 * that are at work elsewhere.
 */
final class RunLooks {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MAX_CLAIM = 100;
    /** A run may be as large as a commit; a hundred of them would not fit into the memory of every process. */
    private static final long MAX_CLAIM_BYTES = 64L << 20;

    private static final int MAX_LEARN = 500;

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
    private final LeaseKeeper leases;
    private final OwnRuns ownRuns;
    private final Rounds rounds;
    private Takes takes = Takes.NONE;
    private int learned;

    RunLooks(Corridor corridor, AgentDirectory agents, RunResumption resumption, LeaseKeeper leases) {
        this.corridor = corridor;
        this.agents = agents;
        this.limits = corridor.premises.runLimits();
        this.resumption = resumption;
        this.leases = leases;
        this.ownRuns = new OwnRuns(corridor.premises);
        this.rounds = new Rounds("copilot-runs-", limits.pollInterval(), this::round);
    }

    /** Begins. Called once. */
    void open(Takes which) {
        this.takes = which;
        rounds.open();
    }

    /** Begins no further look. */
    void close() {
        rounds.close();
    }

    /** Waits for the look that may have begun before, for no longer than that. */
    void await(Duration patience) {
        rounds.await(patience);
    }

    /** Why the last look failed, or empty. */
    String trouble() {
        return rounds.trouble();
    }

    private void round() {
        if (takes == Takes.DUE) {
            claim();
        }
        learn();
    }

    private void claim() {
        List<String> names =
                agents.list().stream().map(entry -> entry.agent().name()).toList();
        int room = limits.taken() - leases.size();
        while (!rounds.closed() && !names.isEmpty() && room > 0) {
            leases.renewIfLate();
            int most = Math.min(room, MAX_CLAIM);
            List<RunRecord> due =
                    storage().runs().claim(corridor.premises.holder(), names, limits.lease(), most, MAX_CLAIM_BYTES);
            long bytes = begun(due);
            boolean more = due.size() == most || bytes > MAX_CLAIM_BYTES / 2;
            room = more ? limits.taken() - leases.size() : 0;
        }
    }

    /** How many bytes they have together. */
    private long begun(List<RunRecord> due) {
        long bytes = 0;
        leases.waiting(due);
        try {
            for (RunRecord run : due) {
                begin(run);
                bytes += bytes(run);
            }
        } finally {
            // What is not begun after all is not kept from others.
            due.forEach(leases::waited);
        }
        return bytes;
    }

    /** One that cannot be read keeps no other from being begun. */
    private static long bytes(RunRecord run) {
        try {
            return run.input().bytes().length
                    + (run.detail() == null ? 0 : run.detail().bytes().length);
        } catch (UnavailableException unreadable) {
            LOG.debug("How large run {} is is not known", run.head().id(), unreadable);
            return 0;
        }
    }

    /** Two calls never work on one run side by side: the first is about to learn that its lease was over. */
    private void begin(RunRecord run) {
        if (leases.atWork(run.head())) {
            LOG.warn(
                    "Run {} is at work here and its lease was over; it is taken up again when the new one is over",
                    run.head().id());
        } else if (leases.isWaiting(run)) {
            resumption.begin(run);
        } else {
            LOG.info(
                    "Run {} was taken by somebody else before it was begun here",
                    run.head().id());
        }
        leases.waited(run);
    }

    /**
     * Some of them each time, so that however many somebody waits for, those that are due are taken. One that cannot be read keeps
     * no other from being learned of; if they fail slowly, the next round goes on behind the last.
     */
    private void learn() {
        List<RunHandle> there = corridor.premises.runs().elsewhere();
        int most = Math.min(there.size(), MAX_LEARN);
        long began = System.nanoTime();
        int first = learned;
        int looked = 0;
        int failed = 0;
        RuntimeException why = null;
        while (looked < most && !rounds.closed() && (failed == 0 || System.nanoTime() - began < pollNanos())) {
            RuntimeException failure = learn(there.get((first + looked) % there.size()));
            looked++;
            failed += failure == null ? 0 : 1;
            why = why == null ? failure : why;
        }
        learned = there.isEmpty() ? 0 : (first + looked) % there.size();
        if (why != null && failed == looked) {
            // None of them was read, so it may be the store.
            throw why;
        }
    }

    private long pollNanos() {
        return limits.pollInterval().toNanos();
    }

    /** Why a run was not found or read, or null. */
    private @Nullable RuntimeException learn(RunHandle handle) {
        Optional<RunRecord> record;
        try {
            record = storage().runs().find(handle.tenant(), handle.id());
        } catch (RuntimeException unreadable) {
            LOG.debug("What became of run {} is not known", handle.id(), unreadable);
            return unreadable;
        }
        try {
            if (record.isEmpty()) {
                corridor.premises.telling().gone(handle);
            } else {
                corridor.events.load(handle);
                corridor.premises.telling().learned(handle, record.get());
                takeOwn(handle, record.get());
            }
        } catch (RuntimeException unreadable) {
            // It is looked at again.
            LOG.debug("What became of run {} is not known", handle.id(), unreadable);
        }
        return null;
    }

    private void takeOwn(RunHandle handle, RunRecord record) {
        if (takes == Takes.OWN
                && !record.head().state().terminal()
                && agents.find(record.head().agent()).isPresent()
                && leases.size() < limits.taken()) {
            RunRecord taken = ownRuns.taken(handle, record);
            if (taken != null) {
                begun(List.of(taken));
            }
        }
    }

    private Storage storage() {
        return corridor.premises.storage();
    }
}
