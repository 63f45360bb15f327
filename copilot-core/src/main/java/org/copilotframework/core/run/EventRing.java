package org.copilotframework.core.run;

import java.time.Instant;
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
 * The latest events of one run, bounded by count and weight, for one who adds and many who read. Whoever adds never waits for
 * whoever reads; the oldest events are dropped instead.
 */
final class EventRing {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final KeptEvents kept;
    private boolean sealed;
    private boolean ended;
    /** Nobody adds to it any more in this process, though the run has not ended. */
    private boolean closed;

    EventRing(int maxEvents, long maxBytes) {
        this.kept = new KeptEvents(maxEvents, maxBytes);
    }

    /** How much is kept, in bytes. */
    long weight() {
        lock.lock();
        try {
            return kept.weight();
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
            keep(new RunEvent(kept.last() + 1, Instant.now(), event));
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
                reserved.add(new RunEvent(kept.last() + 1 + reserved.size(), Instant.now(), event));
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
            if (!ended) {
                kept.cut(position);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds an event that was stored or reserved, unless it or a later one is known. */
    void restore(RunEvent event) {
        lock.lock();
        try {
            if (event.position() > kept.last() && !ended) {
                kept.addBehind(event);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void keep(RunEvent event) {
        kept.add(event);
        changed.signalAll();
    }

    /** The events after a position, the oldest first; those that were dropped are left out. */
    List<RunEvent> after(long position) {
        lock.lock();
        try {
            return kept.after(position);
        } finally {
            lock.unlock();
        }
    }

    /** The position of the last event. */
    long last() {
        lock.lock();
        try {
            return kept.last();
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
            while (position >= kept.last() && !ended && !closed && !reader.closed() && left > 0) {
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
            return kept.beforeOldest();
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
        if (position >= kept.last()) {
            return new Look(null, false, ended);
        }
        boolean lost = position < kept.beforeOldest();
        return new Look(lost ? null : kept.following(position), lost, ended);
    }
}
