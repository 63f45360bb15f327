package org.copilotframework.core.call;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls at their deadline for which no thread waits. Most calls end long before, so one timer is set for all of them, for the
 * earliest: to set and take back one for each call would cost more than all rooms together. Safe for use by several threads.
 */
final class Punctuality {
    private final Workers workers;
    private final long graceNanos;
    private final Set<Call> watched = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Look planned;

    /** A look at all calls, at a {@link System#nanoTime()}. */
    private static final class Look {
        private final long at;

        Look(long at) {
            this.at = at;
        }
    }

    /**
     * Begins without calls.
     *
     * @param graceNanos how much longer a call is waited for whose result is being committed
     */
    Punctuality(Workers workers, long graceNanos) {
        this.workers = workers;
        this.graceNanos = graceNanos;
    }

    /** Has a call ended at its deadline, which is known by now. */
    void watch(Call call) {
        watched.add(call);
        if (call.answered()) {
            // Whoever has answered it may have looked for it before it was there.
            watched.remove(call);
            return;
        }
        Look look = planned;
        if (look == null || call.deadline - look.at < 0) {
            plan(call.deadline);
        }
    }

    /** A call was answered. */
    void forget(Call call) {
        watched.remove(call);
    }

    private synchronized void plan(long at) {
        Look look = planned;
        if (look != null && at - look.at >= 0) {
            return;
        }
        Look next = new Look(at);
        planned = next;
        workers.after(at - System.nanoTime(), () -> look(next));
    }

    /** On the timer thread. Who comes while this looks is seen, or plans a look for itself. */
    private void look(Look mine) {
        synchronized (this) {
            if (planned != mine) {
                return;
            }
            planned = null;
        }
        long now = System.nanoTime();
        long earliest = 0;
        boolean more = false;
        for (Call call : watched) {
            if (call.deadline - now <= 0) {
                watched.remove(call);
                end(call);
            } else if (!more || call.deadline - earliest < 0) {
                earliest = call.deadline;
                more = true;
            }
        }
        if (more) {
            plan(earliest);
        }
    }

    private void end(Call call) {
        if (!call.finish(DeadlineRoom.exceeded(call)) && !call.answered()) {
            // Somebody else has just ended it, or it is being committed: that may take a while.
            workers.after(graceNanos, call::notAnswered);
        }
    }
}
