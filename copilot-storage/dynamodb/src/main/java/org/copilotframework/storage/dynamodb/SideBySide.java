package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.copilotframework.api.error.UnavailableException;

/** Asks many things of DynamoDB side by side, on threads that end when nothing is asked for a while, or with the store. */
final class SideBySide implements AutoCloseable {
    /** So many at a time: each request takes some milliseconds, and the threads are only there while it does. */
    static final int MOST = 16;

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final String store;
    private final AtomicInteger made = new AtomicInteger();
    private final ThreadPoolExecutor threads;

    SideBySide(String store) {
        this.store = store;
        this.threads = new ThreadPoolExecutor(
                MOST, MOST, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
        threads.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "copilot-dynamodb-" + made.incrementAndGet());
        thread.setDaemon(true);
        // Not the loader of whoever happens to be the first that needs the thread.
        thread.setContextClassLoader(SideBySide.class.getClassLoader());
        return thread;
    }

    /** Returns when all are done. What one of them throws is thrown when all have ended. */
    <T> void each(Collection<T> things, Consumer<T> work) {
        if (things.size() < 2) {
            things.forEach(work);
            return;
        }
        List<Callable<Boolean>> all = new ArrayList<>();
        things.forEach(thing -> all.add(() -> {
            work.accept(thing);
            return true;
        }));
        try {
            for (Future<Boolean> done : threads.invokeAll(all)) {
                done.get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the call to " + store + " was interrupted", Duration.ZERO, interrupted);
        } catch (RejectedExecutionException closed) {
            throw new UnavailableException("the store " + store + " was closed", Duration.ZERO, closed);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException(failed.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
