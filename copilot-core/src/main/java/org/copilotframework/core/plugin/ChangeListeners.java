package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells those who want to know of each change, in order and on a thread of its own. */
final class ChangeListeners implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChangeListeners.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final List<Consumer<PluginStatus>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService events = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(null, task, "copilot-plugin-events", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    Plugins.Subscription add(Consumer<PluginStatus> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(PluginStatus status) {
        if (listeners.isEmpty() || events.isShutdown()) {
            return;
        }
        events.execute(() -> listeners.forEach(listener -> {
            try {
                listener.accept(status);
            } catch (RuntimeException thrown) {
                log.warn("A listener for plugin changes threw {}", thrown.toString());
            }
        }));
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
