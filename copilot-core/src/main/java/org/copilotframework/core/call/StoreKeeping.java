package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.core.run.RunLimits;

/**
 * Keeps the store in order, on a thread of its own: has it swept, and ends runs that nobody takes. Either may be much and take
 * long, and neither may keep runs from being taken, or leases from being prolonged.
 */
final class StoreKeeping {
    private static final int MAX_SWEEP = 1_000;
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final Premises premises;
    private final RunLimits limits;
    private final AbsentAgents absentAgents;
    private final Rounds rounds;
    private RunLooks.Takes takes = RunLooks.Takes.NONE;
    private long nextSweep = System.nanoTime();

    StoreKeeping(Premises premises, AbsentAgents absentAgents) {
        this.premises = premises;
        this.limits = premises.runLimits();
        this.absentAgents = absentAgents;
        this.rounds = new Rounds("copilot-keeping-", limits.pollInterval(), this::round);
    }

    /** Begins. Called once, by a process that has agents. */
    void open(RunLooks.Takes which) {
        this.takes = which;
        rounds.open();
    }

    /** Begins nothing further. */
    void close() {
        rounds.close();
    }

    /** Waits for what may have begun before, for no longer than that. */
    void await(Duration patience) {
        rounds.await(patience);
    }

    /** Why it failed lately, or empty. */
    String trouble() {
        return rounds.trouble();
    }

    private void round() {
        sweep();
        if (takes == RunLooks.Takes.DUE && !rounds.closed()) {
            absentAgents.look(rounds::closed);
        }
    }

    /** A batch each round while there is much to do, so that neither waits long for the other. */
    private void sweep() {
        long now = System.nanoTime();
        if (now - nextSweep >= 0 && premises.storage().sweep(limits.retention(), MAX_SWEEP) < MAX_SWEEP) {
            nextSweep = now + SWEEP_INTERVAL.toNanos();
        }
    }
}
