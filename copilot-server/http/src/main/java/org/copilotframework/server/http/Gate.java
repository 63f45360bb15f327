package org.copilotframework.server.http;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.copilotframework.api.error.UnavailableException;

/**
 * How many requests are at work, and whether more are taken. Never waits: what is too many is refused at once, so that threads are
 * left for health.
 */
final class Gate {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final int mostCalls;
    private final int mostStreams;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();

    /** Guarded by the lock, as are the next two. */
    private int calls;

    private int streams;

    /** Answers that are on their way: no thread waits for them, so they are not bounded here. */
    private int answers;

    private volatile boolean ready = true;
    private volatile boolean shut;

    Gate(int mostCalls, int mostStreams) {
        this.mostCalls = mostCalls;
        this.mostStreams = mostStreams;
    }

    /** A place that is given back once. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    private enum Kind {
        CALL,
        STREAM,
        ANSWER
    }

    /** A place for a request, for as long as it has a thread. */
    Place call() {
        return enter(Kind.CALL);
    }

    /** A place for a stream of events, which outlives its request. */
    Place stream() {
        return enter(Kind.STREAM);
    }

    /** A place for the answer of a request that has a place: only once it has gone out, or cannot any more, it is quiet here. */
    Place answer() {
        return enter(Kind.ANSWER);
    }

    private Place enter(Kind kind) {
        lock.lock();
        try {
            if (kind != Kind.ANSWER) {
                demandRoom(kind);
            }
            add(kind, 1);
        } finally {
            lock.unlock();
        }
        return new Leaving(kind);
    }

    private void demandRoom(Kind kind) {
        if (shut) {
            throw new UnavailableException("the server is stopping", SOON);
        } else if (kind == Kind.CALL && calls >= mostCalls) {
            throw new UnavailableException("too many requests are at work (copilot.http.calls)", SOON);
        } else if (kind == Kind.STREAM && streams >= mostStreams) {
            throw new UnavailableException("too many streams of events are open (copilot.http.streams)", SOON);
        }
    }

    private void add(Kind kind, int more) {
        switch (kind) {
            case CALL -> calls += more;
            case STREAM -> streams += more;
            case ANSWER -> answers += more;
        }
    }

    private final class Leaving implements Place {
        private final Kind kind;
        private boolean left;

        Leaving(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (left) {
                    return;
                }
                left = true;
                add(kind, -1);
                if (busy() == 0) {
                    quiet.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private int busy() {
        return calls + streams + answers;
    }

    boolean ready() {
        return ready;
    }

    /** Says that no requests should be sent any more; those that are sent all the same are taken. */
    void unready() {
        ready = false;
    }

    /** Takes no more requests: none slips in after this has returned. */
    void shut() {
        ready = false;
        lock.lock();
        try {
            shut = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isShut() {
        return shut;
    }

    /** Waits until nothing is at work. Whether that is so. */
    boolean awaitQuiet(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (busy() > 0 && left > 0) {
                left = quiet.awaitNanos(left);
            }
            return busy() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many requests and streams are at work, and answers on their way. */
    int atWork() {
        lock.lock();
        try {
            return busy();
        } finally {
            lock.unlock();
        }
    }
}
