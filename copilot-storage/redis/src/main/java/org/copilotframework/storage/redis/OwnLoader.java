package org.copilotframework.storage.redis;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * The class loader of the client. The client looks for its own classes in the context class loader, which belongs to whoever
 * calls: it may know another version of the client, or be a plugin's, which a thread of the client would keep in memory.
 */
final class OwnLoader {
    private static final ClassLoader LOADER = OwnLoader.class.getClassLoader();

    private OwnLoader() {}

    static <T> T within(Supplier<T> work) {
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        thread.setContextClassLoader(LOADER);
        try {
            return work.get();
        } finally {
            thread.setContextClassLoader(callers);
        }
    }

    static ThreadFactory threads(String pool) {
        ThreadFactory daemons = new DefaultThreadFactory("copilot-redis-" + pool, true);
        return task -> {
            Thread thread = daemons.newThread(task);
            thread.setContextClassLoader(LOADER);
            return thread;
        };
    }
}
