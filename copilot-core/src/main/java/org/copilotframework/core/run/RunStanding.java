package org.copilotframework.core.run;

import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunLease;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands as far as this process knows: its state, what it asks, and whether a call of this process is at work on it.
 * What begins and ends here is told to those who read its events.
 */
public final class RunStanding {
    /** Ends a run for its caller. */
    @FunctionalInterface
    public interface Canceller {
        /**
         * Cancels.
         *
         * @param why the reason, for a person
         * @return whether this ended the run
         */
        boolean cancel(String why);
    }

    private final RunLog log;
    private volatile RunState state = RunState.SUBMITTED;
    private volatile @Nullable Message question;
    /** Set while a call of this process is at work on the run. */
    private volatile @Nullable Canceller canceller;

    RunStanding(RunLog log) {
        this.log = log;
    }

    RunState state() {
        return state;
    }

    @Nullable
    Message question() {
        return question;
    }

    /** Whether a call of this process was at work on it, and has ended it. */
    boolean cancel(String why) {
        Canceller present = canceller;
        return present != null && present.cancel(why);
    }

    /**
     * The run is accepted.
     *
     * @param by what cancels it
     * @param lease by what right it is at work here
     */
    public synchronized void submitted(Canceller by, RunLease lease) {
        log.ring().add(new Event.State(RunState.SUBMITTED), false);
        taken(by, lease);
    }

    /**
     * A call of this process has taken the run.
     *
     * @param by what cancels it
     * @param lease by what right it is at work here
     */
    public synchronized void taken(Canceller by, RunLease lease) {
        question = null;
        canceller = by;
        log.taken(lease);
    }

    /**
     * The run is seen in a state by what is stored. Does nothing while a call of this process is at work on it, which knows
     * better.
     *
     * @param now the state, not one for good
     * @param asked what the caller is asked, or null
     */
    public synchronized void seen(RunState now, @Nullable Message asked) {
        if (!state.terminal() && log.idle()) {
            question = asked;
            state = now;
        }
    }

    /**
     * A call of this process is no longer at work on the run; what became of it may not be stored yet. Does nothing if another
     * call has taken it since.
     *
     * @param lease by what right it was at work on it
     * @return whether no call of this process is at work on it now
     */
    public synchronized boolean left(RunLease lease) {
        if (!log.heldBy(lease) && !log.idle()) {
            return false;
        }
        log.left();
        canceller = null;
        return true;
    }

    /**
     * A call of this process is no longer at work on the run, which has not ended. Does nothing if another call has taken it
     * since.
     *
     * @param lease by what right it was at work on it
     * @param now the state it leaves the run in
     * @param asked what the caller is asked, or null
     * @return whether no call of this process is at work on it now
     */
    public synchronized boolean left(RunLease lease, RunState now, @Nullable Message asked) {
        boolean left = left(lease);
        if (left) {
            seen(now, asked);
        }
        return left;
    }

    /** The agent is about to be entered. Does nothing if the run has ended. */
    public synchronized void working() {
        if (log.ring().add(new Event.State(RunState.WORKING), false)) {
            state = RunState.WORKING;
        }
    }

    /**
     * Ends the run for those who look at its state and its events. The reply is completed by itself, because what depends on
     * it may be anybody's code.
     *
     * @param last the state it ends in
     */
    public synchronized void ended(RunState last) {
        if (log.ring().add(new Event.State(last), true)) {
            state = last;
            question = null;
            canceller = null;
        }
    }
}
