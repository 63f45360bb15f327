package org.copilotframework.storage.s3;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of the SDK as the thread's, while the SDK works: the caller's may be a plugin's, which threads of the SDK would
 * hold for ever, and by which the SDK would look for its XML parser.
 */
final class OwnLoader {
    private static final ClassLoader LOADER = OwnLoader.class.getClassLoader();
    /** As many as the SDK makes itself. */
    private static final int TIMERS = 5;

    private OwnLoader() {}

    /** What is done with the SDK. */
    interface Work<T extends @Nullable Object, E extends Exception> {
        T run() throws E;
    }

    static <T extends @Nullable Object, E extends Exception> T within(Work<T, E> work) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        thread.setContextClassLoader(LOADER);
        try {
            return work.run();
        } finally {
            thread.setContextClassLoader(callers);
        }
    }

    /** What ends requests that take too long. Its threads are there from the start, so none inherits anything of a caller. */
    static ScheduledThreadPoolExecutor timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(TIMERS, work -> {
            Thread thread = new Thread(work, "copilot-s3-timer");
            thread.setDaemon(true);
            thread.setContextClassLoader(LOADER);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartAllCoreThreads();
        return timers;
    }
}
