package org.copilotframework.core.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;

/**
 * Tells runs that somebody is at work on from those whose process has died. Whoever lives prolongs his lease; so what has not been
 * touched for as long as a lease lasts is nobody's. That is seen by the monotonic clock of this process: its wall clock is not the
 * one by which the leases were given.
 */
final class Holders {
    /** So often is looked while a lease would have to be prolonged three times. */
    private static final int LOOKS = 12;

    private final Runs runs;
    private final Duration lease;
    private final Map<RunLease, Instant> seen = new HashMap<>();

    Holders(Runs runs, Duration lease) {
        this.runs = runs;
        this.lease = lease;
    }

    /** Remembers a run, if somebody has it. */
    void see(RunHead run) {
        Instant due = run.due();
        if (run.holder() != null && !run.state().terminal() && due != null) {
            seen.put(new RunLease(run.tenant(), run.id(), run.fence()), due);
        }
    }

    /**
     * Looks at the runs that were seen until a lease is over. Does not wait if there are none.
     *
     * @param waiting is called before each look
     * @throws ConflictException if somebody has touched one of them, or the thread is interrupted
     */
    void refuseAtWork(Runnable waiting) {
        long since = System.nanoTime();
        while (!seen.isEmpty() && System.nanoTime() - since < lease.toNanos()) {
            waiting.run();
            LockSupport.parkNanos(this, Math.max(TimeUnit.MILLISECONDS.toNanos(1), lease.toNanos() / LOOKS));
            if (Thread.currentThread().isInterrupted()) {
                throw new ConflictException("the copy was interrupted before anything was copied; begin it again");
            }
            seen.forEach(this::refuseTouched);
        }
    }

    private void refuseTouched(RunLease run, Instant due) {
        Optional<RunHead> now = runs.find(run.tenant(), run.id()).map(RunRecord::head);
        boolean same = now.isPresent()
                && now.get().fence() == run.fence()
                && due.equals(now.get().due());
        if (!same) {
            throw new ConflictException("run " + run.id() + " of tenant '" + run.tenant() + "' is at work"
                    + now.map(RunHead::holder)
                            .map(holder -> " in process '" + holder + "'")
                            .orElse("")
                    + "; stop the processes that use the source, and copy again then");
        }
    }
}
