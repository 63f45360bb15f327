package org.copilotframework.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do the same at the same time. */
final class Crowd {
    /** What each does again and again. */
    interface Work {
        void run(int thread, int number) throws Exception;
    }

    private Crowd() {}

    /** Returns how many a second were done by all together. */
    static double perSecond(int threads, int each, Work work) throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            long start = System.nanoTime();
            for (int thread = 0; thread < threads; thread++) {
                int who = thread;
                done.add(crowd.submit(() -> {
                    for (int number = 0; number < each; number++) {
                        work.run(who, number);
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
            return (double) threads * each / (System.nanoTime() - start) * 1e9;
        } finally {
            crowd.shutdownNow();
        }
    }
}
