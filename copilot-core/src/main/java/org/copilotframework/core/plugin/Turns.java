package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.copilotframework.api.error.UnavailableException;

/** Lets one thread at a time be at work on a plugin, be it for somebody who waits for an operation or for the host itself. */
final class Turns implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final UnitLocks plugins = new UnitLocks();

    /** As many threads as there are callers of operations; these are not to wait for each other. */
    private final ExecutorService operators = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "copilot-plugin-operation", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean closed;

    /** Runs an operation on a plugin on a thread of the host, when no other is at work on it. */
    <T> T operation(String id, Supplier<T> action) {
        return onHostThread(() -> exclusively(id, action));
    }

    /** Runs something where an interrupt of the caller cannot break it off half done. The caller waits for its end. */
    <T> T onHostThread(Supplier<T> action) {
        CompletableFuture<T> result;
        try {
            result = CompletableFuture.supplyAsync(action, operators);
        } catch (RejectedExecutionException closing) {
            throw new UnavailableException("the orchestrator is closed", RETRY);
        }
        try {
            // Not interruptible, and bounded by the bounds of the operation.
            return result.join();
        } catch (CompletionException thrown) {
            if (thrown.getCause() instanceof RuntimeException fault) {
                throw fault;
            } else if (thrown.getCause() instanceof Error fault) {
                throw fault;
            }
            throw thrown;
        }
    }

    private <T> T exclusively(String id, Supplier<T> action) {
        try (UnitLocks.Held unused = plugins.lock(Set.of(id))) {
            if (closed) {
                throw new UnavailableException("the orchestrator is closed", RETRY);
            }
            return action.get();
        }
    }

    /** Runs something when no operation is at work on the plugin, and keeps all others waiting meanwhile. */
    void alone(String id, Runnable action) {
        exclusively(id, () -> {
            action.run();
            return null;
        });
    }

    /** No turn begins any more; one that has begun ends by itself. */
    @Override
    public void close() {
        closed = true;
        operators.shutdown();
    }
}
