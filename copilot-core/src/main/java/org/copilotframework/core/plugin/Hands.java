package org.copilotframework.core.plugin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks side by side, as many at once as there are seats. A task that is about to wait for long gives its seat to the next
 * and goes on without one, so that plugins that hang keep no other waiting. There are as many threads as seats and waiting
 * tasks.
 */
final class Hands implements Executor, AutoCloseable {
    private static final ThreadLocal<@Nullable Seat> SEAT = new ThreadLocal<>();

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "copilot-plugin-change", 0, false);
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;
    private boolean closed;

    Hands(int seats) {
        this.free = seats;
    }

    /** Gives the seat of this thread to the next, if it has one. Called by whoever is about to wait for long. */
    static void giveUpSeat() {
        Seat mine = SEAT.get();
        if (mine != null) {
            mine.free();
        }
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

    private void run(Runnable first) {
        Seat seat = new Seat();
        SEAT.set(seat);
        try {
            for (Runnable task = first; task != null; task = seat.next()) {
                task.run();
            }
        } finally {
            SEAT.remove();
            seat.free();
        }
    }

    /** Begins no further task; those that run end by themselves. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        threads.shutdown();
    }

    private final class Seat {
        private boolean mine = true;

        /** The next task for the same seat; null if there is none, or the seat was given up. */
        @Nullable
        Runnable next() {
            synchronized (Hands.this) {
                return mine && !closed ? waiting.poll() : null;
            }
        }

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
