package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.error.CopilotException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the same again and again, on a thread of its own; a round that fails is told, and the next one is tried soon. */
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private static final long REST_AFTER_FAILURE = TimeUnit.SECONDS.toNanos(1);

    private final Duration rest;
    private final Runnable round;
    private final Thread thread;
    private volatile boolean closed;
    private volatile String trouble = "";

    Rounds(String threadName, Duration rest, Runnable round) {
        this.rest = rest;
        this.round = round;
        this.thread = new PlatformThreads(threadName).newThread(this::go);
    }

    /** Begins. Called once. */
    void open() {
        thread.start();
    }

    /** Begins no further round. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    boolean closed() {
        return closed;
    }

    /** Waits until the round that had begun has ended, for no longer than that. */
    void await(Duration patience) {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(patience.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why the last round failed, or empty. */
    String trouble() {
        return trouble;
    }

    private void go() {
        while (!closed) {
            try {
                round.run();
                trouble = "";
            } catch (CopilotException unavailable) {
                told(unavailable.getMessage(), null);
            } catch (RuntimeException | Error fault) {
                told("the store failed: " + fault, fault);
            }
            if (!closed) {
                long nanos = rest.toNanos();
                LockSupport.parkNanos(this, trouble.isEmpty() ? nanos : Math.min(nanos, REST_AFTER_FAILURE));
            }
        }
    }

    private void told(String words, @Nullable Throwable fault) {
        if (!closed && !words.equals(trouble)) {
            LOG.warn("Stored runs cannot be seen to: {}", words, fault);
            trouble = words;
        }
    }
}
