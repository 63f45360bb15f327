package org.copilotframework.storage.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that begin together; closing waits for all of them and fails with the first that failed. */
final class Crowd implements AutoCloseable {
    /** What a thread does. */
    interface Work {
        void run() throws Exception;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final List<Future<?>> work = new ArrayList<>();

    /** Adds a thread, which works once all have been added and the crowd is let go or closed. */
    void add(Work one) {
        work.add(threads.submit(() -> {
            begun.await();
            one.run();
            return null;
        }));
    }

    void letGo() {
        begun.countDown();
    }

    @Override
    public void close() throws InterruptedException, ExecutionException {
        letGo();
        try {
            for (Future<?> one : work) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
