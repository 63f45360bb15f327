package org.copilotframework.server.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The streams of events that are open, each with a thread of its own. */
final class OpenStreams {
    private final ExecutorService threads = StreamThreads.open();
    private final Set<Open> open = ConcurrentHashMap.newKeySet();

    /** A stream, and which thread writes it. */
    private static final class Open {
        private final Answer.Streaming stream;
        private @Nullable Thread writer;

        Open(Answer.Streaming stream) {
            this.stream = stream;
        }

        synchronized void writtenBy(@Nullable Thread thread) {
            writer = thread;
        }

        synchronized void end() {
            if (writer != null) {
                writer.interrupt();
            }
        }
    }

    /**
     * Writes a stream.
     *
     * @param write does it, and throws nothing
     * @throws java.util.concurrent.RejectedExecutionException if no more are taken
     */
    void begin(Answer.Streaming stream, Runnable write) {
        threads.execute(() -> {
            Open one = new Open(stream);
            one.writtenBy(Thread.currentThread());
            open.add(one);
            try {
                write.run();
            } finally {
                open.remove(one);
                one.writtenBy(null);
            }
        });
    }

    /**
     * Does something short that may wait for a store, on a thread of its own.
     *
     * @throws java.util.concurrent.RejectedExecutionException if no more is taken
     */
    void run(Runnable task) {
        threads.execute(task);
    }

    /** Ends those that wait for somebody: that may take days. */
    void endParked() {
        open.stream().filter(one -> one.stream.parked()).forEach(Open::end);
    }

    /** Ends all, and waits for their last words. */
    void close(Duration patience) throws InterruptedException {
        closeNow();
        threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends all. */
    void closeNow() {
        threads.shutdownNow();
    }
}
