package org.copilotframework.core.run;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunLease;
import org.jspecify.annotations.Nullable;

/** A stored run as this process shows it. Once it has ended it holds nothing of the agent that made it. */
public final class RunHandle implements Run {
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

    private final TenantId tenant;
    private final RunId id;
    private final RunLog log;
    private final CompletableFuture<AgentReply> reply = new CompletableFuture<>();
    private final RunControl control;
    private final Reach reach = new Reach(this);
    private volatile RunState state = RunState.SUBMITTED;
    private volatile @Nullable Message question;
    /** Set while a call of this process is at work on the run. */
    private volatile @Nullable Canceller canceller;

    /**
     * Makes a run that nobody knows yet.
     *
     * @param tenant whose run
     * @param id its name
     * @param maxEvents how many events are retained
     * @param maxBytes how much they may weigh
     * @param control what is done to it while no call of this process is at work on it
     */
    public RunHandle(TenantId tenant, RunId id, int maxEvents, long maxBytes, RunControl control) {
        this.tenant = tenant;
        this.id = id;
        this.control = control;
        this.log = new RunLog(maxEvents, maxBytes);
    }

    @Override
    public RunId id() {
        return id;
    }

    @Override
    public RunState state() {
        return state;
    }

    @Override
    public CompletionStage<AgentReply> reply() {
        reach.awaited(this);
        return reply.minimalCompletionStage();
    }

    @Override
    public EventStream events(long after) {
        return log.ring().open(after, this);
    }

    @Override
    public boolean cancel(String why) {
        Canceller present = canceller;
        if (present != null && present.cancel(why)) {
            return true;
        }
        // A call that can no longer be canceled may be about to suspend the run; the store knows.
        return !state.terminal() && control.cancel(this, why);
    }

    @Override
    public Optional<Message> question() {
        return Optional.ofNullable(question);
    }

    @Override
    public void input(Message message) {
        control.input(this, message);
    }

    /**
     * Whose run it is.
     *
     * @return the tenant
     */
    public TenantId tenant() {
        return tenant;
    }

    /** How the registry reaches it. */
    Reach reach() {
        return reach;
    }

    /**
     * How much this run's events keep in memory.
     *
     * @return a lower bound, in bytes
     */
    public long weight() {
        return log.ring().weight();
    }

    /**
     * Its events, and which of them are in the store.
     *
     * @return always the same object
     */
    public RunLog log() {
        return log;
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
     * Retains an event of the agent.
     *
     * @param event what happened
     * @return false if the run has ended or is suspended
     */
    public boolean emit(Event event) {
        return log.ring().emit(event);
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

    /**
     * Completes the reply.
     *
     * @param value the reply, or null if there is an error
     * @param error the error, or null if there is a reply
     */
    public void complete(@Nullable AgentReply value, @Nullable CopilotException error) {
        if (error != null) {
            reply.completeExceptionally(error);
        } else {
            reply.complete(value);
        }
    }

    /**
     * Nothing is learned of the run in this process any more: readers of its events and whoever waits for its reply are let go.
     *
     * @param why what the latter get
     */
    public void close(CopilotException why) {
        log.ring().close();
        complete(null, why);
    }

    /**
     * How much an event weighs against the limit on its size.
     *
     * @param event the event
     * @return a lower bound of its size as UTF-8 JSON, in bytes
     */
    public static long weight(Event event) {
        return EventWeight.ofContent(event);
    }
}
