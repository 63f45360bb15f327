package org.copilotframework.server.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** The threads that wait for events: virtual ones where the JVM has them (21 and newer), since they are many and mostly wait. */
final class StreamThreads {
    private static final String NAME = "copilot-http-stream";
    private static final long STACK = 256 << 10;

    private StreamThreads() {}

    static ExecutorService open() {
        try {
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, virtual());
        } catch (ReflectiveOperationException absent) {
            // Before 21, or 19 and 20 without their preview.
            return Executors.newCachedThreadPool(StreamThreads::platform);
        }
    }

    /** Found by name because this is compiled for 17. */
    private static Object virtual() throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        builder = type.getMethod("name", String.class).invoke(builder, NAME);
        builder =
                type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
        return type.getMethod("factory").invoke(builder);
    }

    private static Thread platform(Runnable task) {
        Thread thread = new Thread(null, task, NAME, STACK, false);
        thread.setDaemon(true);
        return thread;
    }
}
