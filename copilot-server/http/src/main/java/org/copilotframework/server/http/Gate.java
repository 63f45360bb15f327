package org.copilotframework.server.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.copilotframework.api.error.UnavailableException;

/**
 * How many requests are at work, and whether more are taken. Never waits: what is too many is refused at once, so that threads are
 * left for health.
 */
final class Gate {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Semaphore calls;
    private final Semaphore streams;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();
    private int atWork;
    private volatile boolean ready = true;
    private volatile boolean shut;

    Gate(int calls, int streams) {
        this.calls = new Semaphore(calls);
        this.streams = new Semaphore(streams);
    }

    /** A place that is given back once. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** A place for a request. */
    Place call() {
        return enter(calls, "requests", "calls");
    }

    /** A place for a stream of events, which outlives its request. */
    Place stream() {
        return enter(streams, "streams of events", "streams");
    }

    private Place enter(Semaphore of, String what, String setting) {
        if (shut) {
            throw new UnavailableException("the server is stopping", SOON);
        } else if (!of.tryAcquire()) {
            throw new UnavailableException("too many " + what + " are at work (copilot.http." + setting + ")", SOON);
        }
        lock.lock();
        try {
            atWork++;
        } finally {
            lock.unlock();
        }
        return new Leaving(of);
    }

    private final class Leaving implements Place {
        private final Semaphore of;
        private boolean left;

        Leaving(Semaphore of) {
            this.of = of;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (left) {
                    return;
                }
                left = true;
                of.release();
                if (--atWork == 0) {
                    quiet.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    boolean ready() {
        return ready;
    }

    /** Says that no requests should be sent any more; those that are sent all the same are taken. */
    void unready() {
        ready = false;
    }

    /** Takes no more requests. */
    void shut() {
        ready = false;
        shut = true;
    }

    boolean isShut() {
        return shut;
    }

    /** Waits until nothing is at work. Whether that is so. */
    boolean awaitQuiet(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (atWork > 0 && left > 0) {
                left = quiet.awaitNanos(left);
            }
            return atWork == 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many requests and streams are at work. */
    int atWork() {
        lock.lock();
        try {
            return atWork;
        } finally {
            lock.unlock();
        }
    }

}
