package org.copilotframework.core.call;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees whether virtual threads get a processor. A few that compute for ever occupy all carriers and stop every other one, and
 * nothing on a virtual thread would notice; so a platform thread lets a tiny virtual thread run now and then while there are
 * virtual calls, and listens for its heartbeat.
 */
final class StarvationWatch implements Runnable, AutoCloseable {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int PATIENCE = 5;

    private final ThreadFactory virtual;
    private final Runnable whenStarved;
    private final Thread thread;
    private final LongAdder begun = new LongAdder();
    private final LongAdder done = new LongAdder();
    private volatile long heard;
    private volatile boolean idle;
    private volatile boolean starved;
    private volatile boolean closed;

    /**
     * Starts watching.
     *
     * @param whenStarved called again and again on the watching thread while virtual threads are starved
     */
    StarvationWatch(ThreadFactory virtual, Runnable whenStarved) {
        this.virtual = virtual;
        this.whenStarved = whenStarved;
        this.thread = new PlatformThreads("copilot-watch-").newThread(this);
        thread.start();
    }

    /** A virtual thread was started. */
    void begun() {
        begun.increment();
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** A virtual thread has ended. */
    void done() {
        done.increment();
    }

    boolean starved() {
        return starved;
    }

    @Override
    public void run() {
        for (long beat = 1; !closed; beat++) {
            if (begun.sum() == done.sum()) {
                rest();
                continue;
            }
            long sent = beat;
            virtual.newThread(() -> heard = sent).start();
            listen(sent);
            starved = false;
            LockSupport.parkNanos(INTERVAL);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void rest() {
        idle = true;
        if (begun.sum() == done.sum() && !closed) {
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
        }
        idle = false;
    }

    /** A slice that took far too long says that the whole process stood still, and proves nothing about virtual threads. */
    private void listen(long sent) {
        int unheard = 0;
        while (heard != sent && !closed) {
            long before = System.nanoTime();
            LockSupport.parkNanos(SLICE);
            long took = System.nanoTime() - before;
            if (took >= SLICE / 2 && took < 4 * SLICE) {
                unheard++;
            }
            if (unheard >= PATIENCE && heard != sent) {
                starved = true;
                whenStarved.run();
            }
        }
    }
}
