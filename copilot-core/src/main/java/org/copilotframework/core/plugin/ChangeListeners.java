package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who want to know of each change, in order and on a thread of its own. Whoever makes a change neither waits for a
 * listener nor fails because of one.
 */
final class ChangeListeners implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChangeListeners.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** More than many plugins and many changes; a listener that is that late does not listen any more. */
    private static final int WAITING = 10_000;

    private final List<Consumer<PluginStatus>> listeners = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor events;

    ChangeListeners() {
        this(WAITING);
    }

    ChangeListeners(int waiting) {
        events = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), task -> {
            Thread thread = new Thread(null, task, "copilot-plugin-events", 0, false);
            thread.setDaemon(true);
            return thread;
        });
    }

    Plugins.Subscription add(Consumer<PluginStatus> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(PluginStatus status) {
        if (listeners.isEmpty()) {
            return;
        }
        try {
            events.execute(() -> listeners.forEach(listener -> tell(listener, status)));
        } catch (RejectedExecutionException tooLate) {
            if (!events.isShutdown()) {
                log.warn(
                        "A listener for plugin changes is too slow; it is not told that {} is {}",
                        status.id(),
                        status.state());
            }
        }
    }

    private static void tell(Consumer<PluginStatus> listener, PluginStatus status) {
        try {
            listener.accept(status);
        } catch (RuntimeException | Error thrown) {
            log.warn("A listener for plugin changes threw {}", thrown.toString());
        }
    }

    /** Tells what is still to be told, then ends. */
    @Override
    public void close() {
        events.shutdown();
        try {
            if (!events.awaitTermination(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("A listener for plugin changes does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
