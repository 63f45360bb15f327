package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.Arrays;
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
        thread.start();
        try {
            result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (java.util.concurrent.ExecutionException thrown) {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            throw cause instanceof FailedStart failed ? failed : new FailedStart(Faults.inWords(cause));
        } catch (TimeoutException tooLong) {
            String where = Arrays.stream(thread.getStackTrace())
                    .limit(SHOWN_FRAMES)
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining(" < "));
            thread.interrupt();
            throw new FailedStart("did not return within " + limit.toMillis() + " ms (" + setting + "); it was at "
                    + (where.isEmpty() ? "an unknown place" : where));
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new FailedStart("the host was interrupted while it waited");
        }
    }
}
