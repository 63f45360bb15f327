package org.copilotframework.testkit.outside;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Threads that ask the same again and again, and note each change of the answer. */
final class SteadyCallers implements AutoCloseable {
    private static final int CALLERS = 4;

    private final List<Thread> threads = new ArrayList<>();
    private final List<List<String>> answers = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    SteadyCallers(Supplier<String> call) {
        for (int i = 0; i < CALLERS; i++) {
            List<String> changes = new CopyOnWriteArrayList<>();
            answers.add(changes);
            Thread thread = new Thread(() -> askOn(call, changes), "caller-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void askOn(Supplier<String> call, List<String> changes) {
        while (!ended) {
            try {
                String answer = call.get();
                if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(answer)) {
                    changes.add(answer);
                }
                // Leaves the cores to Maven, which builds the next version meanwhile.
                TimeUnit.MILLISECONDS.sleep(1);
            } catch (Exception failure) {
                failures.add(failure);
            }
        }
    }

    /** The answers that each caller got, leaving out repeated ones. */
    List<List<String>> answers() {
        return answers;
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    void awaitFromAll(String answer) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> answers.stream().allMatch(changes -> changes.contains(answer)));
    }

    void end() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        ended = true;
    }
}
