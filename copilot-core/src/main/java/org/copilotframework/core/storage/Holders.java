package org.copilotframework.core.storage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;

/**
 * Tells runs that somebody is at work on from those whose process has died. Who lives prolongs his leases; so what is left alone
 * until its lease is over is nobody's. How long that is the store tells: the settings and clocks of the processes that use it are
 * not known here.
 */
final class Holders {
    /** Longer than a lease is as a rule: who died with one that is longer has his runs copied later. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** So often is looked until the longest lease is over, but each second. */
    private static final int LOOKS = 12;

    private final Runs runs;
    private final Map<RunLease, RunHead> seen = new HashMap<>();
    private long end = System.nanoTime();

    Holders(Runs runs) {
        this.runs = runs;
    }

    /**
     * Remembers a run, if somebody has it.
     *
     * @throws ConflictException if he has it for long
     */
    void see(RunHead run) {
        if (run.holder() == null || run.state().terminal()) {
            return;
        }
        Duration left = runs.remaining(run.tenant(), run.id()).orElse(Duration.ZERO);
        if (left.compareTo(PATIENCE) > 0) {
            throw new ConflictException(named(run) + ", unless he has died, for " + left.toSeconds()
                    + " seconds yet; stop the processes that use the source, and copy again when that time is over");
        } else if (!left.isZero()) {
            seen.put(new RunLease(run.tenant(), run.id(), run.fence()), run);
            long over = System.nanoTime() + left.toNanos();
            end = over - end > 0 ? over : end;
        }
    }

    /**
     * Looks at the runs that were seen until all leases are over. Does not wait if there are none.
     *
     * @param waiting is called before each look
     * @throws ConflictException if somebody has touched one of them, or the thread is interrupted
     */
    void refuseAtWork(Runnable waiting) {
        long pause = Math.max(
                TimeUnit.MILLISECONDS.toNanos(1),
                Math.min(TimeUnit.SECONDS.toNanos(1), (end - System.nanoTime()) / LOOKS));
        for (boolean over = seen.isEmpty(); !over; ) {
            waiting.run();
            LockSupport.parkNanos(this, pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new ConflictException("the copy was interrupted before anything was copied; begin it again");
            }
            over = System.nanoTime() - end >= 0;
            seen.values().forEach(this::refuseTouched);
        }
    }

    private void refuseTouched(RunHead before) {
        Optional<RunHead> now = runs.find(before.tenant(), before.id()).map(RunRecord::head);
        boolean same = now.isPresent()
                && now.get().fence() == before.fence()
                && Objects.equals(now.get().due(), before.due());
        if (!same) {
            throw new ConflictException(
                    named(now.orElse(before)) + "; stop the processes that use the source, and copy again then");
        }
    }

    private static String named(RunHead run) {
        return "run " + run.id() + " of tenant '" + run.tenant() + "' is at work"
                + (run.holder() == null ? "" : " in process '" + run.holder() + "'");
    }
}
