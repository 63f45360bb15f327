package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what is yet to be written to the store, so that closing can wait for it. */
final class LateWrites {
    private final Workers workers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int pending;

    LateWrites(Workers workers) {
        this.workers = workers;
    }

    /** Writes soon, on a thread of the host. */
    void write(Runnable write) {
        begun();
        begin(write);
    }

    /** Writes after a time, on a thread of the host. Whoever closes waits for it from now on. */
    void writeAfter(long nanos, Runnable write) {
        begun();
        workers.after(nanos, () -> begin(write));
    }

    private void begin(Runnable write) {
        workers.write(() -> {
            try {
                write.run();
            } finally {
                done();
            }
        });
    }

    private void begun() {
        lock.lock();
        try {
            pending++;
        } finally {
            lock.unlock();
        }
    }

    private void done() {
        lock.lock();
        try {
            if (--pending == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all is written.
     *
     * @return false if it is not after that time, or the thread was interrupted
     */
    boolean await(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (pending > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
            return pending == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
