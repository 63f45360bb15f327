package org.copilotframework.core.call;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes daemon threads that inherit nothing from whoever happens to ask: no thread locals, no context class loader, no group,
 * and (on JVMs that still have it) no access-control context with the protection domain of a plugin.
 */
final class PlatformThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger made = new AtomicInteger();
    private final ThreadGroup group = topGroup();

    PlatformThreads(String prefix) {
        this.prefix = prefix;
    }

    @Override
    @SuppressWarnings("removal")
    public Thread newThread(Runnable task) {
        return java.security.AccessController.doPrivileged((java.security.PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(group, task, prefix + made.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            thread.setPriority(Thread.NORM_PRIORITY);
            thread.setContextClassLoader(PlatformThreads.class.getClassLoader());
            return thread;
        });
    }

    /** The group of the thread that made the workers may belong to somebody who destroys it. */
    private static ThreadGroup topGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = group.getParent();
                parent != null && !parent.getName().equals("system"); ) {
            group = parent;
            parent = group.getParent();
        }
        return group;
    }
}
