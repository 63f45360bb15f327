package org.copilotframework.security.apikey;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many of something in a second. Safe for use by several threads. */
final class PerSecond {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final LongSupplier clock;

    // Guarded by this.
    private long begun;
    private int taken;

    /**
     * Begins a second.
     *
     * @param clock in nanoseconds
     */
    PerSecond(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
        this.begun = clock.getAsLong();
    }

    /** Whether there is one more in this second; it is taken then. */
    synchronized boolean take() {
        long now = clock.getAsLong();
        if (now - begun >= SECOND) {
            begun = now;
            taken = 0;
        }
        if (taken >= most) {
            return false;
        }
        taken++;
        return true;
    }

    /** One that was taken was none. */
    synchronized void giveBack() {
        taken = Math.max(0, taken - 1);
    }
}
