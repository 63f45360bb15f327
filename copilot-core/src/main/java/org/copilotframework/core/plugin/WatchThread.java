package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that looks again and again where plugins come from, until it is closed. */
final class WatchThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WatchThread.class);

    private final String name;
    private final Duration patience;
    private final ScheduledExecutorService clock;

    /**
     * Makes the thread, which does nothing yet.
     *
     * @param name the thread's name
     * @param patience how long {@link #close} waits for a look that has begun
     */
    WatchThread(String name, Duration patience) {
        this.name = name;
        this.patience = patience;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Looks once, now. */
    Future<?> once(Runnable look) {
        return clock.submit(look);
    }

    /** Looks again and again. The look throws nothing, or it would be the last. */
    void again(Runnable look, Duration interval) {
        clock.scheduleWithFixedDelay(look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether no further look begins, so that one that has begun should come to its end. */
    boolean closing() {
        return clock.isShutdown();
    }

    /** Interrupts a look that waits for somebody else. */
    void interrupt() {
        clock.shutdownNow();
    }

    /** Begins no look any more, and waits for the end of one that has begun. */
    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("{} has not ended within {} ms, and is left behind", name, patience.toMillis());
                clock.shutdownNow();
            }
        } catch (InterruptedException hurried) {
            clock.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
