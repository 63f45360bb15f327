package org.copilotframework.storage.objects;

import org.jspecify.annotations.Nullable;

/**
 * The class loader of the store, and so of its vendor's client, as the thread's while the client works: the caller's may be a
 * plugin's, which threads of the client would hold for ever, and by which it would look for its parts.
 */
public final class OwnLoader {
    private static final @Nullable ClassLoader LOADER = OwnLoader.class.getClassLoader();

    private OwnLoader() {}

    /**
     * What is done with the client.
     *
     * @param <T> what comes of it
     * @param <E> what it may fail by
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, E extends Exception> {
        /**
         * Does it.
         *
         * @return what comes of it
         * @throws E if it fails
         */
        T run() throws E;
    }

    /**
     * Does something with the client.
     *
     * @param <T> what comes of it
     * @param <E> what it may fail by
     * @param work what
     * @return what comes of it
     * @throws E if it fails
     */
    public static <T extends @Nullable Object, E extends Exception> T within(Work<T, E> work) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        adopt(thread);
        try {
            return work.run();
        } finally {
            thread.setContextClassLoader(callers);
        }
    }

    /**
     * Makes a thread that inherits nothing of a caller's.
     *
     * @param thread a thread that is made for the client
     */
    public static void adopt(Thread thread) {
        thread.setContextClassLoader(LOADER);
    }
}
