package org.copilotframework.core.call;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that agents run on, and the host's own for timers, replies and late writes. All are daemon threads: a program
 * that ends does not wait for an agent. Safe for use by several threads.
 */
public final class Workers implements AutoCloseable {
    /** Which threads a call runs on. */
    enum Lane {
        /** Agents that mostly wait. */
        SHARED,
        /** Agents that mostly compute. */
        CPU,
        /** Agents that were caught overrunning; apart, so that they do not stop those that compute. */
        OVERRUNNING
    }

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Pool shared;
    private final Pool cpu;
    private final Pool overrunning;
    private final Pool replies;
    private final Pool writers;
    private final ScheduledThreadPoolExecutor timers;
    private volatile @Nullable Thread timerThread;
    private final @Nullable ThreadFactory virtual;
    private final @Nullable StarvationWatch watch;
    private volatile Runnable whenStarved = () -> {};

    /**
     * Makes the pools; agents that mostly wait get virtual threads where the JVM has them.
     *
     * @param limits how many platform threads there may be
     */
    public Workers(WorkerLimits limits) {
        this(limits, true);
    }

    /**
     * Makes the pools.
     *
     * @param limits how many platform threads there may be
     * @param virtual whether agents that mostly wait get virtual threads where the JVM has them
     */
    public Workers(WorkerLimits limits, boolean virtual) {
        this(limits, virtual ? VirtualThreads.factory() : null);
    }

    private Workers(WorkerLimits limits, @Nullable ThreadFactory virtual) {
        this.shared = new Pool("copilot-agent", limits.threads(), limits.queue(), 1);
        this.cpu = new Pool("copilot-cpu", limits.cpuThreads(), limits.cpuQueue(), 1);
        this.overrunning = new Pool("copilot-overrunning", limits.cpuThreads(), limits.cpuQueue(), 0);
        this.replies = new Pool("copilot-reply", 4, Integer.MAX_VALUE - 4, 0);
        this.writers = new Pool("copilot-writer", 2, Integer.MAX_VALUE - 2, 0);
        ThreadFactory timer = new PlatformThreads("copilot-timer-");
        this.timers = new ScheduledThreadPoolExecutor(
                1, task -> timerThread = timer.newThread(task), new ThreadPoolExecutor.DiscardPolicy());
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartAllCoreThreads();
        this.virtual = virtual;
        this.watch = virtual == null ? null : new StarvationWatch(virtual, () -> whenStarved.run());
    }

    /**
     * Lets the pooled threads of this moment end as soon as they are idle, so that nothing a plugin left on them keeps its
     * classes in memory. Called after a plugin was unloaded; calls are not disturbed.
     */
    public void renew() {
        shared.renew();
        cpu.renew();
        overrunning.renew();
        replies.renew();
        writers.renew();
    }

    /** Takes no further work. Work that was begun goes on. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        timers.shutdownNow();
        shared.close();
        cpu.close();
        overrunning.close();
        replies.close();
        writers.close();
    }

    /**
     * Hands a call to a thread.
     *
     * @param mayQueue whether it may wait for one
     * @return false if there is no place for it
     */
    boolean hand(Call call, Lane lane, boolean mayQueue) {
        if (lane == Lane.SHARED && virtual != null && watch != null) {
            if (watch.starved()) {
                // Not on a virtual thread when the pool is full: it would hold the call until it gets a processor, if
                // ever.
                return onPool(shared, call, mayQueue);
            }
            call.pool = null;
            call.onVirtualThread = true;
            watch.begun();
            StarvationWatch counting = watch;
            virtual.newThread(() -> {
                        try {
                            call.run();
                        } finally {
                            counting.done();
                        }
                    })
                    .start();
            return true;
        }
        return onPool(pool(lane), call, mayQueue);
    }

    /** Hands a call a second time, to a platform thread that is free now; whichever thread comes first runs it. */
    boolean handAgain(Call call) {
        return onPool(shared, call, false);
    }

    void whenStarved(Runnable action) {
        whenStarved = action;
    }

    boolean starved() {
        return watch != null && watch.starved();
    }

    /** Runs something on the one timer thread, which it must not block. */
    ScheduledFuture<?> after(long nanos, Runnable action) {
        return timers.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    /** Runs anybody's code that belongs to the end of a call: here and now, but never on the timer thread. */
    void offTimer(Runnable code) {
        if (Thread.currentThread() == timerThread) {
            reply(code);
        } else {
            code.run();
        }
    }

    /** Completes replies: what depends on them may be anybody's code. */
    void reply(Runnable completion) {
        onPoolOrHere(replies, completion);
    }

    /** Writes to the store on behalf of a call that has no thread any more. */
    void write(Runnable write) {
        onPoolOrHere(writers, write);
    }

    /** What somebody waits for is done in any case: here, if the pool is closed or can make no thread. */
    static void onPoolOrHere(Pool pool, Runnable task) {
        boolean taken = false;
        try {
            taken = pool.tryRun(task, true);
        } catch (OutOfMemoryError noThread) {
            LOG.warn("No thread could be made, so {} does the work itself", Thread.currentThread(), noThread);
        }
        if (!taken) {
            task.run();
        }
    }

    private static boolean onPool(Pool pool, Call call, boolean mayQueue) {
        call.pool = pool;
        return pool.tryRun(call, mayQueue);
    }

    private Pool pool(Lane lane) {
        return switch (lane) {
            case SHARED -> shared;
            case CPU -> cpu;
            case OVERRUNNING -> overrunning;
        };
    }
}
