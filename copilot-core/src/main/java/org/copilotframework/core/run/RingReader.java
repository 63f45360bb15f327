package org.copilotframework.core.run;

import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.RunEvent;

/** One reader of a run's retained events. */
final class RingReader implements EventStream {
    private final EventRing ring;

    @SuppressWarnings("UnusedVariable") // Is only to be reached.
    private final Object source;

    private long position;
    private volatile boolean closed;

    RingReader(EventRing ring, long after, Object source) {
        if (after < 0) {
            throw new InvalidRequestException("after: a position is 0 or more, not " + after);
        }
        this.ring = ring;
        this.source = source;
        this.position = after;
    }

    @Override
    public boolean hasNext() {
        EventRing.Look look = look(Long.MAX_VALUE);
        return look.event() != null || look.lost();
    }

    @Override
    public RunEvent next() {
        return take(look(Long.MAX_VALUE)).orElseThrow(() -> new NoSuchElementException("the run has no further event"));
    }

    @Override
    public Optional<RunEvent> poll(Duration wait) {
        long nanos;
        try {
            nanos = Math.max(0, wait.toNanos());
        } catch (ArithmeticException centuries) {
            nanos = wait.isNegative() ? 0 : Long.MAX_VALUE;
        }
        return take(look(nanos));
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() {
        closed = true;
        ring.wake();
    }

    boolean closed() {
        return closed;
    }

    private EventRing.Look look(long nanos) {
        if (closed) {
            return new EventRing.Look(null, false, true);
        }
        try {
            EventRing.Look look = ring.await(position, nanos, this);
            return closed ? new EventRing.Look(null, false, true) : look;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new EventRing.Look(null, false, false);
        }
    }

    private Optional<RunEvent> take(EventRing.Look look) {
        if (look.lost()) {
            long reached = position;
            position = ring.beforeOldest();
            throw new ConflictException(
                    "events after position " + reached + " were dropped before they were read; reading"
                            + " goes on after position " + position
                            + " (copilot.invoke.events and copilot.invoke.event-bytes bound"
                            + " what is kept)");
        }
        RunEvent event = look.event();
        if (event == null) {
            return Optional.empty();
        }
        position = event.position();
        return Optional.of(event);
    }
}
