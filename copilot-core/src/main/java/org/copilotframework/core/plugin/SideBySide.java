package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Does several things at once, and waits for all of them. */
final class SideBySide {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private SideBySide() {}

    /**
     * Runs them.
     *
     * @param threads on how many threads at most
     * @throws InterruptedException if the waiting is interrupted; so are they then, and those that had not begun do not begin
     * @throws ExecutionException if one of them throws; the others go on
     */
    static void run(int threads, List<Runnable> all) throws InterruptedException, ExecutionException {
        ExecutorService hands = Executors.newFixedThreadPool(threads, task -> {
            Thread hand = new Thread(task, "copilot-plugins-hand");
            hand.setDaemon(true);
            return hand;
        });
        try {
            List<Future<?>> begun = all.stream().<Future<?>>map(hands::submit).toList();
            for (Future<?> one : begun) {
                one.get();
            }
        } catch (InterruptedException interrupted) {
            hands.shutdownNow();
            hands.awaitTermination(GRACE.toNanos(), TimeUnit.NANOSECONDS);
            throw interrupted;
        } finally {
            hands.shutdown();
        }
    }
}
