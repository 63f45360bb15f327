package org.copilotframework.security.aws;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The class loader of the SDK as the thread's, while the SDK works: the caller's may be a plugin's, which threads of the SDK would
 * hold for ever, and by which it would look for its own parts.
 */
final class OwnLoader {
    private static final ClassLoader LOADER = OwnLoader.class.getClassLoader();
    private static final int TIMERS = 1;

    private OwnLoader() {}

    /** What is done with the SDK. */
    interface Work<T, E extends Exception> {
        T run() throws E;
    }

    static <T, E extends Exception> T within(Work<T, E> work) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        thread.setContextClassLoader(LOADER);
        try {
            return work.run();
        } finally {
            thread.setContextClassLoader(callers);
        }
    }

    /** What ends calls that take too long. Its thread is there from the start, so it inherits nothing of a caller. */
    static ScheduledThreadPoolExecutor timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(TIMERS, work -> {
            Thread thread = new Thread(work, "copilot-aws-timer");
            thread.setDaemon(true);
            thread.setContextClassLoader(LOADER);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartAllCoreThreads();
        return timers;
    }
}
