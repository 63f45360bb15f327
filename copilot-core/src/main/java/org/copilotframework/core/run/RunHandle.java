package org.copilotframework.core.run;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.StoredEvent;
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
    private final EventRing events;
    private final CompletableFuture<AgentReply> reply = new CompletableFuture<>();
    private final RunControl control;
    private final Reach reach = new Reach(this);
    private final AtomicBoolean saving = new AtomicBoolean();
    private long saved;
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
        this.events = new EventRing(maxEvents, maxBytes);
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
        return events.open(after, this);
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
        return events.weight();
    }

    /**
     * The run is accepted.
     *
     * @param by what cancels it
     */
    public synchronized void submitted(Canceller by) {
        events.add(new Event.State(RunState.SUBMITTED), false);
        taken(by);
    }

    /**
     * A call of this process has taken the run.
     *
     * @param by what cancels it
     */
    public synchronized void taken(Canceller by) {
        question = null;
        canceller = by;
    }

    /**
     * The run is seen in a state by what is stored. Its events are told by whoever is at work on it.
     *
     * @param now the state, not one for good
     * @param asked what the caller is asked, or null
     */
    public synchronized void seen(RunState now, @Nullable Message asked) {
        if (!state.terminal()) {
            canceller = null;
            question = asked;
            state = now;
        }
    }

    /**
     * The run waits: for input, for a moment, or for a worker.
     *
     * @param waiting the state it waits in
     * @param asked what the caller is asked, or null
     */
    public synchronized void parked(RunState waiting, @Nullable Message asked) {
        canceller = null;
        if (asked != null && !events.add(new Event.Question(asked), false)) {
            return;
        }
        if (events.add(new Event.State(waiting), false)) {
            question = asked;
            state = waiting;
        }
    }

    /** The call that was at work on it has left it; what became of it is not stored yet. */
    public synchronized void left() {
        canceller = null;
    }

    /** The agent is about to be entered. Does nothing if the run has ended. */
    public synchronized void working() {
        if (events.add(new Event.State(RunState.WORKING), false)) {
            state = RunState.WORKING;
        }
    }

    /**
     * Retains an event of the agent.
     *
     * @param event what happened
     * @return false if the run has ended
     */
    public boolean emit(Event event) {
        return events.add(event, false);
    }

    /** Takes a batch of events to the store. */
    @FunctionalInterface
    public interface Keeper {
        /**
         * Writes.
         *
         * @param run whose events
         * @param events the events
         * @param keepFrom the position of the oldest event that is worth keeping
         */
        void keep(RunHandle run, List<StoredEvent> events, long keepFrom);
    }

    /**
     * Somebody wants to save the events soon.
     *
     * @return false if somebody else does already
     */
    public boolean beginSaving() {
        return saving.compareAndSet(false, true);
    }

    /**
     * Whether somebody wants to save the events soon.
     *
     * @return true between {@link #beginSaving} and {@link #endSaving}
     */
    public boolean saving() {
        return saving.get();
    }

    /** What is emitted from now on is for the next one to save. */
    public void endSaving() {
        saving.set(false);
    }

    /**
     * Saves the events that were not saved before, one batch after another. One thread at a time does it.
     *
     * @param batch how many at once
     * @param keeper writes them
     */
    public void save(int batch, Keeper keeper) {
        synchronized (saving) {
            List<RunEvent> next = events.after(saved, batch);
            while (!next.isEmpty()) {
                // How it ended is told by the run's own record.
                List<StoredEvent> stored = next.stream()
                        .filter(event -> !(event.event() instanceof Event.State now
                                && now.state().terminal()))
                        .map(EventForm::store)
                        .toList();
                if (!stored.isEmpty()) {
                    keeper.keep(this, stored, events.beforeOldest() + 1);
                }
                saved = next.get(next.size() - 1).position();
                next = events.after(saved, batch);
            }
        }
    }

    /**
     * The position of the last event that is known here.
     *
     * @return 0 if there is none
     */
    public long lastEvent() {
        return events.last();
    }

    /**
     * Adds events that were stored by whoever is or was at work on the run.
     *
     * @param stored the events, by position
     */
    public void restore(List<StoredEvent> stored) {
        for (StoredEvent one : stored) {
            events.restore(EventForm.read(one));
        }
        synchronized (saving) {
            saved = Math.max(
                    saved, stored.isEmpty() ? 0 : stored.get(stored.size() - 1).position());
        }
    }

    /**
     * Ends the run for those who look at its state and its events. The reply is completed by itself, because what depends on
     * it may be anybody's code.
     *
     * @param last the state it ends in
     */
    public synchronized void ended(RunState last) {
        if (events.add(new Event.State(last), true)) {
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
     * How much an event weighs against the limit on its size.
     *
     * @param event the event
     * @return a lower bound of its size as UTF-8 JSON, in bytes
     */
    public static long weight(Event event) {
        return EventRing.weight(event);
    }
}
