package org.copilotframework.core.plugin;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.copilotframework.core.agent.Faults;

/**
 * Runs a plugin's code on a thread of its own for a bounded time. Code that does not end is interrupted and left behind; the
 * host goes on.
 */
final class TimeBound {
    private static final int SHOWN_FRAMES = 3;

    /** Most plugins start in a fraction of this. One that only waits by then gives its seat to the next. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** One that computes keeps its seat for longer: side by side, many of them would all take too long. */
    private static final long COMPUTING_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What part of the time a thread must have had a processor to count as one that computes; on a busy machine not more. */
    private static final int COMPUTING_PART = 10;

    private TimeBound() {}

    /**
     * Runs a task.
     *
     * @param name names the thread
     * @param limit how long it may take
     * @param setting the setting that holds the limit, for the message
     * @param task the plugin's code
     * @throws FailedStart if the task throws or does not end in time
     */
    static void run(String name, Duration limit, String setting, Runnable task) {
        FutureTask<Void> result = new FutureTask<>(
                () -> {
                    try {
                        task.run();
                    } finally {
                        // The thread may still be ending when its result is seen; it must not look like one of the
                        // plugin's.
                        Thread.currentThread().setContextClassLoader(TimeBound.class.getClassLoader());
                    }
                },
                null);
        Thread thread = new Thread(null, result, "copilot-" + name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(TimeBound.class.getClassLoader());
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            throw new FailedStart("no thread could be made for it: " + Faults.brief(noThread));
        }
        try {
            await(result, thread, limit.toNanos());
        } catch (ExecutionException thrown) {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            throw cause instanceof FailedStart failed ? failed : new FailedStart(Faults.inWords(cause));
        } catch (TimeoutException tooLong) {
            String where = Arrays.stream(thread.getStackTrace())
                    .limit(SHOWN_FRAMES)
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining(" < "));
            thread.interrupt();
            throw new FailedStart("did not return within " + limit.toMillis() + " ms (" + setting + "); it was at "
                    + (where.isEmpty() ? "an unknown place" : where)
                    + "; mend what it waits for, or raise " + setting);
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new FailedStart("the host was interrupted while it waited");
        }
    }

    private static void await(FutureTask<Void> result, Thread thread, long limit)
            throws ExecutionException, TimeoutException, InterruptedException {
        long start = System.nanoTime();
        long computed = 0;
        boolean seated = true;
        while (seated) {
            long rest = limit - (System.nanoTime() - start);
            try {
                result.get(Math.min(rest, LOOK_NANOS), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (rest <= LOOK_NANOS) {
                    throw notYet;
                }
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long now = threads.isThreadCpuTimeSupported() ? threads.getThreadCpuTime(thread.getId()) : 0;
            seated = now - computed > LOOK_NANOS / COMPUTING_PART && System.nanoTime() - start < COMPUTING_NANOS;
            computed = now;
        }
        Hands.giveUpSeat();
        result.get(limit - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
    }
}
