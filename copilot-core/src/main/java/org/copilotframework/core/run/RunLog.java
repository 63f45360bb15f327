package org.copilotframework.core.run;

import java.util.List;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/**
 * The events of one run as this process knows them, and by what right it adds to them. Only who holds the run's lease adds to
 * what is stored; what a change of the run tells is stored with the change, and known here when that is made.
 */
public final class RunLog {
    private final EventRing ring;
    private final EventShelf shelf;
    private volatile @Nullable RunLease lease;
    /** Told by a change of which this process does not know yet whether it was made. */
    private volatile List<RunEvent> pending = List.of();

    RunLog(int maxEvents, long maxBytes) {
        this.ring = new EventRing(maxEvents, maxBytes);
        this.shelf = new EventShelf(ring, maxBytes);
    }

    EventRing ring() {
        return ring;
    }

    /**
     * What of it is in the store.
     *
     * @return always the same object
     */
    public EventShelf shelf() {
        return shelf;
    }

    /** A call of this process is at work on the run. */
    void taken(RunLease by) {
        lease = by;
        ring.open();
    }

    /** No call of this process is at work on it any more. */
    void left() {
        lease = null;
        ring.seal();
    }

    /** Whether no call of this process is at work on it. */
    boolean idle() {
        return lease == null;
    }

    /** Whether a call of this process is at work on it by this right. */
    boolean heldBy(RunLease by) {
        return by.equals(lease);
    }

    /**
     * Saves what was not saved before, as long as a call of this process is at work on the run.
     *
     * @param keeper writes it
     */
    public void save(EventShelf.Keeper keeper) {
        shelf.save(() -> lease, keeper);
    }

    /**
     * The run is about to change: from now on the agent can emit nothing more.
     *
     * @param by the right by which the run is changed
     * @param told what the change tells
     * @return the same, each with its position; none if the run has ended
     */
    public List<RunEvent> seal(RunLease by, List<Event> told) {
        if (heldBy(by)) {
            ring.seal();
        }
        List<RunEvent> reserved = ring.reserve(told);
        pending = reserved;
        return reserved;
    }

    /**
     * The change was made.
     *
     * @param told what it tells
     * @param riders what went into the store with it
     */
    public void settle(List<RunEvent> told, List<StoredEvent> riders) {
        told.forEach(ring::restore);
        pending = List.of();
        shelf.count(riders);
    }

    /** The run was taken, so what it waited for was made, though whoever made it may not have come to tell it yet. */
    public void catchUp() {
        pending.forEach(ring::restore);
    }

    /** The change was not made, or it is not known. */
    public void refused() {
        pending = List.of();
    }

    /** Takes back what is not in the store: whoever has the run now goes on after what is. */
    public void cut() {
        ring.cut(shelf.saved());
    }

    /**
     * The position of the last event that is known here.
     *
     * @return 0 if there is none
     */
    public long last() {
        return ring.last();
    }

    /**
     * Adds events that were stored by whoever is or was at work on the run.
     *
     * @param stored the events, by position
     */
    public void restore(List<StoredEvent> stored) {
        for (StoredEvent one : stored) {
            ring.restore(EventForm.read(one));
        }
        shelf.count(stored);
    }
}
