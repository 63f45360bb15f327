package org.copilotframework.api.spi.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.jspecify.annotations.Nullable;

/**
 * What one activation changes, all of it or nothing, within one tenant. Its heart is a session's turn, a run's beginning or
 * change, or a step's journal; events, values and messages ride along. Immutable.
 *
 * <p>A commit may be sent again when it is not known whether it was made: the turn is known by its id at its version, the run
 * by the name of its last change, and then nothing is written and the first result is given. After others have followed, a
 * commit is known by its turn until the session has dropped that turn, and by its run until the run's next change; then it is a
 * conflict. A commit that only journals steps is not known again, and need not be: if the run still has its fence, steps that
 * have a result are left as they are, so that sending it again changes nothing. Therefore values and messages ride only on a
 * turn, or on a run's beginning or change.
 */
public final class Commit {
    /** The most values, messages, steps and events that ride along, together. */
    public static final int MAX_RIDERS = 64;

    private final TenantId tenant;
    private final @Nullable SessionChange session;
    private final @Nullable RunStart start;
    private final @Nullable RunChange run;
    private final @Nullable RunLease within;
    private final List<StepRecord> steps;
    private final List<StoredEvent> events;
    private final List<ValueChange> values;
    private final List<OutboxMessage> messages;

    private Commit(Builder builder) {
        this.tenant = builder.tenant;
        this.session = builder.session;
        this.start = builder.start;
        this.run = builder.run;
        this.within = builder.within;
        this.steps = List.copyOf(builder.steps);
        this.events = List.copyOf(builder.events);
        this.values = List.copyOf(builder.values);
        this.messages = List.copyOf(builder.messages);
    }

    /**
     * Begins a commit.
     *
     * @param tenant whose data changes
     * @return a new builder
     */
    public static Builder in(TenantId tenant) {
        return new Builder(Objects.requireNonNull(tenant, "tenant"));
    }

    /**
     * Whose data changes.
     *
     * @return the tenant
     */
    public TenantId tenant() {
        return tenant;
    }

    /**
     * What changes in a session.
     *
     * @return the change, or empty
     */
    public Optional<SessionChange> session() {
        return Optional.ofNullable(session);
    }

    /**
     * A run that begins.
     *
     * @return the run, or empty
     */
    public Optional<RunStart> start() {
        return Optional.ofNullable(start);
    }

    /**
     * What changes in a run.
     *
     * @return the change, or empty
     */
    public Optional<RunChange> run() {
        return Optional.ofNullable(run);
    }

    /**
     * A run that must still have its fence and does not change: the run whose steps are journaled in mid-activation.
     *
     * @return the run, or empty
     */
    public Optional<RunLease> within() {
        return Optional.ofNullable(within);
    }

    /**
     * Which run the steps belong to.
     *
     * @return the run that begins, changes or must have its fence; or empty if there is none
     */
    public Optional<RunId> stepsOf() {
        return Optional.ofNullable(
                start != null ? start.id() : run != null ? run.id() : within != null ? within.id() : null);
    }

    /**
     * Steps to journal. A step that has a result is left as it is.
     *
     * @return the steps, in order
     */
    public List<StepRecord> steps() {
        return steps;
    }

    /**
     * Events to retain, of the run that begins or changes. An event at a position that is retained already is left as it is.
     * Nothing is dropped for them: that is for {@link Runs#retain}.
     *
     * @return the events, by position; no position twice
     */
    public List<StoredEvent> events() {
        return events;
    }

    /**
     * Values to change, each only at its expected version.
     *
     * @return the changes, in order; no key twice
     */
    public List<ValueChange> values() {
        return values;
    }

    /**
     * Messages for the outbox.
     *
     * @return the messages, in order
     */
    public List<OutboxMessage> messages() {
        return messages;
    }

    /** Builds a commit. Not safe for use by several threads. */
    public static final class Builder {
        private final TenantId tenant;
        private @Nullable SessionChange session;
        private @Nullable RunStart start;
        private @Nullable RunChange run;
        private @Nullable RunLease within;
        private final List<StepRecord> steps = new ArrayList<>(0);
        private final List<StoredEvent> events = new ArrayList<>(0);
        private final List<ValueChange> values = new ArrayList<>(0);
        private final List<OutboxMessage> messages = new ArrayList<>(0);

        private Builder(TenantId tenant) {
            this.tenant = tenant;
        }

        /**
         * Changes a session.
         *
         * @param change the change
         * @return this builder
         */
        public Builder session(SessionChange change) {
            this.session = change;
            return this;
        }

        /**
         * Begins a run.
         *
         * @param begun the run
         * @return this builder
         */
        public Builder start(RunStart begun) {
            this.start = begun;
            return this;
        }

        /**
         * Changes a run.
         *
         * @param change the change
         * @return this builder
         */
        public Builder run(RunChange change) {
            this.run = change;
            return this;
        }

        /**
         * Demands that a run still has its fence.
         *
         * @param lease the run; of the commit's tenant
         * @return this builder
         */
        public Builder within(RunLease lease) {
            this.within = lease;
            return this;
        }

        /**
         * Journals a step of the run.
         *
         * @param step the step
         * @return this builder
         */
        public Builder step(StepRecord step) {
            steps.add(step);
            return this;
        }

        /**
         * Retains an event of the run that begins or changes: it is there as soon as anybody can see the change.
         *
         * @param event the event, after those before it
         * @return this builder
         */
        public Builder event(StoredEvent event) {
            events.add(event);
            return this;
        }

        /**
         * Changes a value.
         *
         * @param change the change
         * @return this builder
         */
        public Builder value(ValueChange change) {
            values.add(change);
            return this;
        }

        /**
         * Puts a message in the outbox.
         *
         * @param message the message
         * @return this builder
         */
        public Builder message(OutboxMessage message) {
            messages.add(message);
            return this;
        }

        /**
         * Builds the commit.
         *
         * @return the commit
         * @throws InvalidRequestException if nothing of substance changes, a run is named more than once or is another
         *     tenant's, steps belong to no run or events to none that begins or changes, values or messages have only steps to ride
         *     on, a value is named twice, events are not in the order of their positions, or there are more riders than {@value
         *     Commit#MAX_RIDERS}
         */
        public Commit build() {
            int runs = (start == null ? 0 : 1) + (run == null ? 0 : 1) + (within == null ? 0 : 1);
            if (runs > 1) {
                throw new InvalidRequestException(
                        "a commit begins one run, changes one or demands its fence, not several");
            } else if (session == null && (runs == 0 || (within != null && steps.isEmpty()))) {
                throw new InvalidRequestException("a commit changes a session, a run or a run's steps; this has none");
            } else if (session == null && within != null && values.size() + messages.size() > 0) {
                throw new InvalidRequestException(
                        "values and messages ride on a turn, or on a run's beginning or change, by"
                                + " which the commit is known if it is sent again; this only journals steps");
            } else if (within != null && !within.tenant().equals(tenant)) {
                throw new InvalidRequestException("a commit is of one tenant; the run it names is another's");
            } else if (!steps.isEmpty() && runs == 0) {
                throw new InvalidRequestException("the steps of a commit belong to a run; this names none");
            } else if (!events.isEmpty() && start == null && run == null) {
                throw new InvalidRequestException(
                        "the events of a commit belong to a run that begins or changes; this has none");
            } else if (!ascending()) {
                throw new InvalidRequestException(
                        "the events of a commit are in the order of their positions, each once");
            } else if (values.stream().map(ValueChange::key).distinct().count() < values.size()) {
                throw new InvalidRequestException("a commit changes each value once; this names one twice");
            } else if (steps.size() + events.size() + values.size() + messages.size() > MAX_RIDERS) {
                throw new InvalidRequestException(
                        "a commit takes " + MAX_RIDERS + " steps, events, values and messages together, not more");
            }
            return new Commit(this);
        }

        private boolean ascending() {
            long last = 0;
            for (StoredEvent event : events) {
                if (event.position() <= last) {
                    return false;
                }
                last = event.position();
            }
            return true;
        }
    }
}
