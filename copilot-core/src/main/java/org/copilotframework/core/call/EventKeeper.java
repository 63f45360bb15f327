package org.copilotframework.core.call;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.core.run.RunHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retains the events of stored runs in the store: what the agent emits soon after in small batches, and what a change of the run
 * tells in the commit of that change, with what was not written before. What cannot be written is left out; an agent never waits
 * for it, and never fails by it.
 */
final class EventKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int PAGE = 256;
    /** Leaves room in the commit for what else it holds. */
    private static final int MAX_RIDERS = Commit.MAX_RIDERS / 2;

    private static final long MAX_BYTES = 256L << 10;

    private final Premises premises;
    private final boolean worthwhile;

    EventKeeper(Premises premises) {
        this.premises = premises;
        this.worthwhile = premises.storage().shared();
    }

    /** The agent has emitted something. */
    void emitted(RunHandle handle) {
        if (worthwhile && handle.log().shelf().beginSaving()) {
            premises.workers()
                    .after(
                            SOON,
                            () -> premises.lateWrites().write(() -> handle.log().save(this::write)));
        }
    }

    /** What is told by a change of a run, and what goes into the store with it. */
    final class Change {
        private final RunHandle handle;
        private final List<RunEvent> told;
        private final List<StoredEvent> riders;

        private Change(RunHandle handle, List<RunEvent> told, List<StoredEvent> riders) {
            this.handle = handle;
            this.told = told;
            this.riders = riders;
        }

        /** The commit of the change takes the events with it. */
        void ride(Commit.Builder commit) {
            riders.forEach(commit::event);
        }

        /** The commit was made: whoever reads the run's events here may know. */
        void made() {
            handle.log().settle(told, riders);
        }

        /** The commit was not made. */
        void refused() {
            handle.log().refused();
        }
    }

    /**
     * A run is about to change. Its agent emits nothing from now on. Never throws: without its events the run changes all the
     * same.
     *
     * @param by the right by which it is changed
     * @param told what the change tells
     */
    Change change(RunHandle handle, RunLease by, List<Event> told) {
        List<RunEvent> reserved = handle.log().seal(by, told);
        if (!worthwhile || (reserved.isEmpty() && !handle.log().shelf().saving())) {
            return new Change(handle, reserved, List.of());
        }
        long most = Math.min(MAX_BYTES, premises.limits().eventBytes());
        try {
            return new Change(
                    handle, reserved, handle.log().shelf().riders(by, reserved, MAX_RIDERS, most, this::write));
        } catch (RuntimeException fault) {
            LOG.error("The last events of run {} are not stored", handle.id(), fault);
            return new Change(handle, List.of(), List.of());
        }
    }

    /**
     * A call has lost a run, or does not know: whoever has it goes on after the last event that is stored.
     *
     * @return false if another call of this process has it
     */
    boolean lost(RunHandle handle, RunLease by) {
        boolean lost = handle.standing().left(by, RunState.WORKING, null);
        if (lost) {
            handle.log().refused();
        }
        if (lost && worthwhile) {
            handle.log().cut();
        }
        return lost;
    }

    private boolean write(RunLease lease, List<StoredEvent> events, long keepFrom) {
        try {
            boolean held = premises.storage().runs().retain(lease, events, keepFrom);
            if (!held) {
                LOG.debug("Events of run {} are not stored: somebody else has it now", lease.id());
            }
            return held;
        } catch (RuntimeException notWritten) {
            LOG.warn("Events of run {} are not in the store: {}", lease.id(), notWritten.toString());
            return false;
        }
    }

    /** This process has taken a run: its next events come after all that there are. */
    void taken(RunHandle handle) {
        if (worthwhile) {
            load(handle);
        } else {
            handle.log().catchUp();
        }
    }

    /** Brings the events that are stored, beyond those that are known. */
    void load(RunHandle handle) {
        if (!worthwhile) {
            return;
        }
        long after = handle.log().last();
        List<StoredEvent> page;
        do {
            page = premises.storage()
                    .runs()
                    .events(
                            handle.tenant(),
                            handle.id(),
                            after,
                            PAGE,
                            premises.limits().eventBytes());
            handle.log().restore(page);
            after = page.isEmpty() ? after : page.get(page.size() - 1).position();
        } while (!page.isEmpty());
    }
}
