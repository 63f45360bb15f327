package org.copilotframework.core.call;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bounded pool of platform threads whose threads can be exchanged while it works. */
final class Pool implements AutoCloseable {
    private static final long KEEP_SECONDS = 30;
    /** How many lost threads are replaced at most. */
    private static final int MAX_LOST = 64;

    private final ThreadFactory factory;
    private final long keepSeconds;
    private final int threads;
    private final int queue;
    private final int idle;
    private int lost;
    /** Running and queued, without the lost. */
    private final AtomicInteger load = new AtomicInteger();

    private volatile ThreadPoolExecutor executor;
    private volatile boolean closed;

    /**
     * Makes a pool without threads.
     *
     * @param idle how many threads are kept although there is nothing to do
     */
    Pool(String name, int threads, int queue, int idle) {
        this(threads, queue, idle, KEEP_SECONDS, new PlatformThreads(name + "-"));
    }

    /** For tests: other threads, that end sooner. */
    Pool(int threads, int queue, int idle, long keepSeconds, ThreadFactory factory) {
        this.threads = threads;
        this.queue = queue;
        this.idle = Math.min(idle, threads);
        this.keepSeconds = keepSeconds;
        this.factory = factory;
        this.executor = fresh();
    }

    /**
     * Runs a task.
     *
     * @param mayQueue whether it may wait for a thread; otherwise one must be free now
     * @return false if there is no place for it, or the pool is closed
     */
    boolean tryRun(Runnable task, boolean mayQueue) {
        if (!admit(mayQueue ? threads + queue : threads)) {
            return false;
        }
        while (!closed) {
            try {
                executor.execute(task);
                return true;
            } catch (RejectedExecutionException exchanged) {
                // renew() came in between, and the next executor is already there; or the last thread has just ended.
                Thread.onSpinWait();
            } catch (RuntimeException | Error noThread) {
                // Such as no memory for a further thread; the place is free again.
                load.decrementAndGet();
                throw noThread;
            }
        }
        load.decrementAndGet();
        return false;
    }

    /**
     * A task does not end although it should: another thread may take the place of its own, until it {@linkplain #found()
     * ends}.
     *
     * @return false if too many were replaced already
     */
    synchronized boolean lose() {
        if (closed || lost >= MAX_LOST) {
            return false;
        }
        lost++;
        executor.setMaximumPoolSize(threads + lost);
        try {
            // Nothing to do but to be a new thread, which then finds what is queued; takes the place in the count.
            executor.execute(() -> {});
        } catch (RuntimeException | Error noThread) {
            lost--;
            executor.setMaximumPoolSize(threads + lost);
            throw noThread;
        }
        return true;
    }

    /** A task that was lost is about to end. */
    synchronized void found() {
        lost--;
        load.incrementAndGet();
        executor.setMaximumPoolSize(threads + lost);
    }

    /** Lets the threads of this moment end once their work is done; later work gets new ones. */
    synchronized void renew() {
        if (!closed) {
            ThreadPoolExecutor old = executor;
            executor = fresh();
            old.shutdown();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        executor.shutdown();
    }

    private boolean admit(int bound) {
        int seen = load.get();
        while (seen < bound) {
            if (load.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = load.get();
        }
        return false;
    }

    private ThreadPoolExecutor fresh() {
        Handing tasks = new Handing();
        return new ThreadPoolExecutor(
                idle, threads + lost, keepSeconds, TimeUnit.SECONDS, tasks, factory, tasks::keep) {
            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                load.decrementAndGet();
            }
        };
    }

    /**
     * Gives a task to an idle thread, or else refuses it, so that the executor makes a thread; only when it may not make
     * another does the task stay here. (By itself the executor would queue first, and make threads when the queue is full.)
     */
    private static final class Handing extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        void keep(Runnable task, ThreadPoolExecutor executor) {
            if (executor.isShutdown()) {
                throw new RejectedExecutionException();
            }
            put(task);
            // The threads that were too many a moment ago may all have ended for want of work, and see it no more.
            boolean unseen = executor.isShutdown() || executor.getPoolSize() == 0;
            if (unseen && remove(task)) {
                throw new RejectedExecutionException();
            }
        }
    }
}
