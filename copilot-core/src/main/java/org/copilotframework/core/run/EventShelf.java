package org.copilotframework.core.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a run are in the store, as far as this process knows, and how others get there. One thread at a time brings
 * events to the store.
 */
public final class EventShelf {
    /** Takes events to the store. */
    @FunctionalInterface
    public interface Keeper {
        /**
         * Retains.
         *
         * @param lease which run, and by what right
         * @param events the events; may be none
         * @param keepFrom the position of the oldest event that is worth keeping
         * @return whether they are retained
         */
        boolean keep(RunLease lease, List<StoredEvent> events, long keepFrom);
    }

    /** So many events at once. */
    private static final int BATCH = 256;
    /** So many events may be in the store beyond those that are kept. */
    private static final int EXCESS = 64;

    private final EventRing ring;
    private final long maxBytes;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicInteger savers = new AtomicInteger();
    private volatile long saved;
    private long oldest;
    private long bytes;

    EventShelf(EventRing ring, long maxBytes) {
        this.ring = ring;
        this.maxBytes = maxBytes;
    }

    /** The position of the last event that is in the store. */
    long saved() {
        return saved;
    }

    /**
     * Somebody wants to save the events soon.
     *
     * @return false if somebody else does already
     */
    public boolean beginSaving() {
        return due.compareAndSet(false, true);
    }

    /**
     * Whether somebody wants to save the events soon, or is about it.
     *
     * @return true from {@link #beginSaving} until they are saved
     */
    public boolean saving() {
        return due.get() || savers.get() > 0;
    }

    /** Saves what was not saved before, as long as there is a right to. */
    void save(Supplier<@Nullable RunLease> by, Keeper keeper) {
        savers.incrementAndGet();
        // What is emitted from now on is for the next one to save.
        due.set(false);
        try {
            synchronized (this) {
                RunLease lease = by.get();
                if (lease != null) {
                    keep(lease, unsaved(), keeper);
                }
            }
        } finally {
            savers.decrementAndGet();
        }
    }

    /**
     * The events that go into the store with a change of the run: the latest that were not saved. What is too much for that is
     * saved before.
     *
     * @param by the right by which the run is changed
     * @param told what the change tells
     * @param most how many may go with it
     * @param mostBytes how large they may be together
     * @param keeper writes the others
     * @return the events, by position; what is told and is too large is left out
     */
    public synchronized List<StoredEvent> riders(
            RunLease by, List<RunEvent> told, int most, long mostBytes, Keeper keeper) {
        Deque<StoredEvent> riders = new ArrayDeque<>();
        List<StoredEvent> all = unsaved();
        int emitted = all.size();
        told.forEach(event -> all.add(EventForm.store(event)));
        int next = all.size() - 1;
        long room = mostBytes - (next < 0 ? 0 : size(all.get(next)));
        while (next >= 0 && riders.size() < most && room >= 0) {
            riders.addFirst(all.get(next--));
            room -= next < 0 ? 0 : size(all.get(next));
        }
        List<StoredEvent> rest = all.subList(0, Math.min(emitted, next + 1));
        if (!rest.isEmpty()) {
            keep(by, rest, keeper);
        } else if (isCrowded()) {
            retain(by, List.of(), keeper);
        }
        return List.copyOf(riders);
    }

    /** These are in the store: by this process, or by another. */
    synchronized void count(List<StoredEvent> stored) {
        if (!stored.isEmpty()) {
            oldest = oldest == 0 ? stored.get(0).position() : oldest;
            saved = Math.max(saved, stored.get(stored.size() - 1).position());
            stored.forEach(event -> bytes += size(event));
        }
    }

    /** How it ended is told by the run's own record. */
    private List<StoredEvent> unsaved() {
        List<StoredEvent> unsaved = new ArrayList<>();
        for (RunEvent event : ring.after(saved)) {
            if (!(event.event() instanceof Event.State now && now.state().terminal())) {
                unsaved.add(EventForm.store(event));
            }
        }
        return unsaved;
    }

    private void keep(RunLease by, List<StoredEvent> events, Keeper keeper) {
        boolean kept = true;
        for (int i = 0; kept && i < events.size(); i += BATCH) {
            kept = retain(by, events.subList(i, Math.min(events.size(), i + BATCH)), keeper);
        }
    }

    private boolean retain(RunLease by, List<StoredEvent> events, Keeper keeper) {
        long last = events.isEmpty() ? saved : events.get(events.size() - 1).position();
        // The last one stays, also if it is dropped here: whoever goes on with the run goes on after its position.
        long from = Math.min(ring.beforeOldest() + 1, last);
        if (!keeper.keep(by, List.copyOf(events), from)) {
            return false;
        }
        count(events);
        if (from > oldest) {
            oldest = from;
            bytes = Math.min(bytes, ring.weight());
        }
        return true;
    }

    /** Whether the store has much that is not kept here: changes of the run add to it and drop nothing. */
    private boolean isCrowded() {
        long excess = ring.beforeOldest() + 1 - oldest;
        return oldest > 0 && excess > 0 && (excess >= EXCESS || bytes > 2 * maxBytes);
    }

    private static long size(StoredEvent event) {
        return event.content().bytes().length;
    }
}
