package org.copilotframework.server.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The threads that wait for events: virtual ones where the JVM has them (21 and newer), since they are many and mostly wait. */
final class StreamThreads {
    private StreamThreads() {}

    static ExecutorService open() {
        ThreadFactory virtual = virtual();
        if (virtual == null) {
            return Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(null, task, "copilot-http-stream", 256 << 10, false);
                thread.setDaemon(true);
                return thread;
            });
        }
        return Executors.newCachedThreadPool(virtual);
    }

    private static @Nullable ThreadFactory virtual() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            builder = type.getMethod("name", String.class).invoke(builder, "copilot-http-stream");
            builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException | UnsupportedOperationException absent) {
            return null;
        }
    }
}
