package org.copilotframework.benchmarks;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.Orchestrator;

/** 100 hot swaps of a plugin while eight threads call it; in a JVM of its own. */
final class SwapRow {
    private static final int SWAPS = 100;
    private static final int CALLERS = 8;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final ConcurrentLinkedQueue<WeakReference<ClassLoader>> loaders = new ConcurrentLinkedQueue<>();

    private SwapRow() {}

    public static void main(String[] args) throws Exception {
        Consumer<Object> note =
                agent -> loaders.add(new WeakReference<>(agent.getClass().getClassLoader()));
        System.getProperties().put(PluginArchives.MADE, note);
        Path root = Files.createTempDirectory("copilot-benchmark-");
        PluginArchives archives = new PluginArchives();
        List<Path> versions = new ArrayList<>();
        for (int version = 0; version <= SWAPS; version++) {
            versions.add(archives.write(root, 1, version));
        }
        try (Orchestrator orchestrator =
                Orchestrator.builder().home(root.resolve("home")).start()) {
            orchestrator.plugins().install(versions.get(0));
            // The same load without a swap shows what the machine does by itself; the first of it warms up.
            new Load(orchestrator, 2).run(() -> Thread.sleep(3_000));
            AtomicLong took = new AtomicLong();
            Load swapped = new Load(orchestrator, 2);
            swapped.run(() -> {
                long start = System.nanoTime();
                for (int version = 1; version <= SWAPS; version++) {
                    orchestrator.plugins().install(versions.get(version));
                    swapped.least.set(version);
                }
                took.set(System.nanoTime() - start);
            });
            Load calm = new Load(orchestrator, 2);
            calm.run(() -> Thread.sleep(Math.max(1, took.get() / 1_000_000)));
            calm.print("no swap");
            swapped.print(SWAPS + " swaps");
            System.out.printf(
                    Locale.ROOT,
                    "%d swaps in %.2f s, %.1f ms each, check and private copy included%n",
                    SWAPS,
                    took.get() / 1e9,
                    took.get() / 1e6 / SWAPS);
            for (String failure : swapped.failures) {
                ChildJvm.broken(failure);
            }
            leaks(orchestrator);
        } finally {
            PluginArchives.delete(root);
        }
        System.exit(0);
    }

    private static void leaks(Orchestrator orchestrator) throws InterruptedException {
        long start = System.nanoTime();
        long left = left();
        while (left > 1 && System.nanoTime() - start < PATIENCE_NANOS) {
            System.gc();
            Thread.sleep(50);
            left = left();
        }
        long more = left - 1; // One serves.
        System.out.printf(
                Locale.ROOT,
                "%d loaders made, %d left besides the one that serves, after %.1f s of GC; the host counts %d%n",
                loaders.size(),
                more,
                (System.nanoTime() - start) / 1e9,
                orchestrator.plugins().uncollected().size());
        if (more != 0 || loaders.size() != SWAPS + 1) {
            ChildJvm.broken(more + " of " + loaders.size() + " class loaders left: "
                    + orchestrator.plugins().uncollected());
        }
    }

    private static long left() {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    /** What runs while there is load. */
    private interface Work {
        void run() throws Exception;
    }

    /** Eight threads that call without a pause: half of them handed over, half on their own thread. */
    private static final class Load {
        private final AtomicInteger least = new AtomicInteger();
        private final Set<String> failures = ConcurrentHashMap.newKeySet();
        private final AtomicLong calls = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final AtomicLong longestHanded = new AtomicLong();
        private final AtomicLong longestOwn = new AtomicLong();
        private final Client handed;
        private final Client own;
        private final int ownEvery;
        private volatile boolean over;

        Load(Orchestrator orchestrator, int ownEvery) {
            this.handed = orchestrator.forCaller(Caller.of("acme", "alice"));
            this.own = handed.onCallerThread();
            this.ownEvery = ownEvery;
        }

        void run(Work work) throws Exception {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                boolean ownThread = i % ownEvery == 0;
                Thread thread = new Thread(
                        () -> call(ownThread ? own : handed, ownThread ? longestOwn : longestHanded), "caller-" + i);
                thread.start();
                threads.add(thread);
            }
            work.run();
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private void call(Client client, AtomicLong longest) {
            String name = PluginArchives.agent(1);
            long max = 0;
            long count = 0;
            while (!over) {
                int swapped = least.get();
                long start = System.nanoTime();
                try {
                    String reply = client.invoke(name, "hello").text();
                    int version = Integer.parseInt(reply.substring(0, 4));
                    if (version < swapped) {
                        failed("version " + version + " replied to a call made after the move to " + swapped);
                    }
                } catch (RuntimeException failure) {
                    failed("a call failed: " + failure);
                }
                max = Math.max(max, System.nanoTime() - start);
                count++;
            }
            calls.addAndGet(count);
            longest.accumulateAndGet(max, Math::max);
        }

        private void failed(String why) {
            failed.incrementAndGet();
            if (failures.size() < 10) {
                failures.add(why);
            }
        }

        void print(String name) {
            System.out.printf(
                    Locale.ROOT,
                    "%-10s %d calls, %d failed (goal 0); longest pause handed over %.1f ms, on the caller's thread %.1f ms%n",
                    name,
                    calls.get(),
                    failed.get(),
                    longestHanded.get() / 1e6,
                    longestOwn.get() / 1e6);
        }
    }
}
