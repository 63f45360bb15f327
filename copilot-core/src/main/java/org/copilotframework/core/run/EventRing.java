package org.copilotframework.core.run;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.RunEvent;
import org.jspecify.annotations.Nullable;

/**
 * The latest events of one run, bounded by count and weight. Whoever adds never waits for whoever reads; the oldest events are
 * dropped instead.
 */
final class EventRing {
    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<RunEvent> kept = new ArrayDeque<>();
    private long bytes;
    private long last;
    private boolean sealed;
    private boolean ended;
    /** Nobody adds to it any more in this process, though the run has not ended. */
    private boolean closed;

    EventRing(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** How much is kept, in bytes. */
    long weight() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds an event of the agent.
     *
     * @return false if the run has ended or the agent is not at work on it
     */
    boolean emit(Event event) {
        lock.lock();
        try {
            return !sealed && add(event, false);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds an event of the host.
     *
     * @param isLast whether the run ends with it
     * @return false if the run has ended
     */
    boolean add(Event event, boolean isLast) {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            ended = isLast;
            keep(new RunEvent(last + 1, Instant.now(), event));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The agent emits nothing from now on, until the ring is {@linkplain #open() open} again. */
    void seal() {
        lock.lock();
        try {
            sealed = true;
        } finally {
            lock.unlock();
        }
    }

    /** The agent may emit. */
    void open() {
        lock.lock();
        try {
            sealed = false;
        } finally {
            lock.unlock();
        }
    }

    /** Gives events the next positions, and adds none of them; none if the run has ended. */
    List<RunEvent> reserve(List<Event> told) {
        lock.lock();
        try {
            List<RunEvent> reserved = new ArrayList<>();
            for (Event event : ended ? List.<Event>of() : told) {
                reserved.add(new RunEvent(last + 1 + reserved.size(), Instant.now(), event));
            }
            return reserved;
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what is behind a position: somebody else goes on from there. */
    void cut(long position) {
        lock.lock();
        try {
            while (!ended && !kept.isEmpty() && kept.getLast().position() > position) {
                bytes -= EventWeight.stored(kept.removeLast().event());
            }
            last = ended ? last : Math.min(last, position);
        } finally {
            lock.unlock();
        }
    }

    /** Adds an event that was stored or reserved, unless it or a later one is known. */
    void restore(RunEvent event) {
        lock.lock();
        try {
            if (event.position() > last && !ended) {
                if (event.position() > last + 1) {
                    // What lies between was dropped by whoever stored it.
                    kept.clear();
                    bytes = 0;
                }
                keep(event);
            }
        } finally {
            lock.unlock();
        }
    }

    private void keep(RunEvent event) {
        last = event.position();
        kept.add(event);
        bytes += EventWeight.stored(event.event());
        while (!kept.isEmpty() && (kept.size() > maxEvents || bytes > maxBytes)) {
            bytes -= EventWeight.stored(kept.remove().event());
        }
        changed.signalAll();
    }

    /** The events after a position, the oldest first; those that were dropped are left out. */
    List<RunEvent> after(long position) {
        lock.lock();
        try {
            return kept.stream().filter(event -> event.position() > position).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The position of the last event. */
    long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Opens a reader.
     *
     * @param source what brings the events, and so must live as long as the reader
     */
    EventStream open(long after, Object source) {
        return new RingReader(this, after, source);
    }

    /** What a reader finds; {@code lost} if what comes next was dropped. */
    record Look(@Nullable RunEvent event, boolean lost, boolean ended) {}

    /**
     * Waits for the event after a position.
     *
     * @param nanos the longest time to wait
     * @return what there is at the end of that time
     */
    Look await(long position, long nanos, RingReader reader) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (position >= last && !ended && !closed && !reader.closed() && left > 0) {
                left = changed.awaitNanos(Math.min(left, TimeUnit.DAYS.toNanos(1)));
            }
            return look(position);
        } finally {
            lock.unlock();
        }
    }

    /** The position before the oldest event that is kept. */
    long beforeOldest() {
        lock.lock();
        try {
            return last - kept.size();
        } finally {
            lock.unlock();
        }
    }

    /** From now on readers wait for nothing. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Look look(long position) {
        if (position >= last) {
            return new Look(null, false, ended);
        }
        long skip = position - (last - kept.size());
        if (skip < 0) {
            return new Look(null, true, ended);
        }
        if (skip == 0) {
            return new Look(kept.peek(), false, ended);
        }
        return new Look(at(skip), false, ended);
    }

    /** A reader that keeps up reads near the end, so the walk begins there. */
    private RunEvent at(long index) {
        var back = kept.descendingIterator();
        RunEvent event = kept.getLast();
        for (long i = kept.size() - 1; i >= index; i--) {
            event = back.next();
        }
        return event;
    }
}
