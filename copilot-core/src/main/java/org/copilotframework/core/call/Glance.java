package org.copilotframework.core.call;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How a caller looks for its reply a moment longer before it parks. To wake a thread costs far more than an agent that returns
 * at once: on an idle machine some 40 µs for each of the two that are woken in turn, the caller and the worker. Who still looks
 * when the reply comes is not woken, and the worker of the next call has not gone to sleep yet.
 *
 * <p>One caller looks at a time, and where looking was in vain it is left out for a while, twice as long each time: agents that
 * take longer, and machines that have better things to do, pay next to nothing. Safe for use by several threads.
 */
final class Glance {
    private static final long NANOS = 20_000;
    /** How many calls are left out at most between two looks. */
    private static final int LONGEST_REST = 255;

    private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

    private final AtomicBoolean taken = new AtomicBoolean();
    // By whoever has taken it.
    private int rest;
    private int left;

    /** Returns when the call is answered, or soon. By the thread that waits for it, a platform thread. */
    void at(Call call) {
        if (ALONE || !taken.compareAndSet(false, true)) {
            return;
        }
        try {
            if (left > 0) {
                left--;
            } else {
                rest = look(call) ? 0 : Math.min(LONGEST_REST, 2 * rest + 1);
                left = rest;
            }
        } finally {
            taken.set(false);
        }
    }

    private static boolean look(Call call) {
        long began = System.nanoTime();
        while (!call.answered()) {
            if (System.nanoTime() - began > NANOS) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
