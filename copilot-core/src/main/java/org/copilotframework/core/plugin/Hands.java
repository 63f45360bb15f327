package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks side by side, as many at once as there are seats. A task that takes long gives its seat to the next and goes on
 * without one, so that plugins that hang keep no other waiting. There are as many threads as seats and hanging tasks.
 */
final class Hands implements Executor, AutoCloseable {
    /** How long a task keeps its seat. Most plugins start in a fraction of it. */
    private static final Duration SEATED = Duration.ofMillis(250);

    private final ExecutorService threads = Executors.newCachedThreadPool(named("copilot-plugin-change"));
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, named("copilot-plugin-seats"));
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;
    private boolean closed;

    Hands(int seats) {
        this.free = seats;
        clock.setRemoveOnCancelPolicy(true);
    }

    /** Runs a task when there is a seat. */
    @Override
    public synchronized void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the host is closed");
        }
        waiting.add(task);
        seat();
    }

    private synchronized void seat() {
        while (free > 0 && !closed && !waiting.isEmpty()) {
            free--;
            Runnable task = waiting.remove();
            threads.execute(() -> run(task));
        }
    }

    private void run(Runnable task) {
        Seat seat = new Seat();
        ScheduledFuture<?> end;
        try {
            end = clock.schedule(seat::free, SEATED.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closing) {
            return;
        }
        try {
            task.run();
        } finally {
            end.cancel(false);
            seat.free();
        }
    }

    /** Begins no further task; those that run end by themselves. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        threads.shutdown();
        clock.shutdownNow();
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setDaemon(true);
            return thread;
        };
    }

    private final class Seat {
        private boolean mine = true;

        /** Gives the seat to the next, once. */
        void free() {
            synchronized (Hands.this) {
                if (mine) {
                    mine = false;
                    free++;
                    seat();
                }
            }
        }
    }
}
