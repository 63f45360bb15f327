package org.copilotframework.api.run;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;

/**
 * The events of one run, in order, for one reader. Not safe for use by several threads, except {@link #close()}.
 *
 * <p>The run never waits for a reader. What a run retains is bounded; a reader that falls behind the oldest retained event
 * gets a {@link org.copilotframework.api.error.ConflictException} that names the position it had reached, once, and goes on
 * with the oldest event there is.
 */
@ImplementedByHost
public interface EventStream extends Iterator<RunEvent>, AutoCloseable {
    /**
     * Waits until there is a further event or the run has ended.
     *
     * @return true if {@link #next()} has an event; false once the run has ended and all events were read, or the stream or
     *     the orchestrator was closed, or the waiting thread was interrupted (its interrupt flag is then set)
     */
    @Override
    boolean hasNext();

    /**
     * The next event, waiting for it if need be.
     *
     * @return the event
     * @throws NoSuchElementException if {@link #hasNext()} is false
     * @throws org.copilotframework.api.error.ConflictException if events between the last one read and the next one kept were
     *     dropped
     */
    @Override
    RunEvent next();

    /**
     * The next event, waiting no longer than the given time.
     *
     * @param wait the longest time to wait; zero or less does not wait
     * @return the event, or empty if none came in time or none will come
     * @throws org.copilotframework.api.error.ConflictException if events were dropped, as in {@link #next()}
     */
    Optional<RunEvent> poll(Duration wait);

    /**
     * How far this reader has come.
     *
     * @return the position of the last event returned, or the position the stream was opened after
     */
    long position();

    /** Ends this reader; the run goes on. May be called from any thread, more than once. */
    @Override
    void close();
}
