package org.copilotframework.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Storage;

/** Durable runs a second by one, two and three processes on one database, and with many that have finished. */
final class RunsRow {
    private static final int FINISHED = Integer.getInteger("finished", 1_000_000);
    private static final int WAITING = Integer.getInteger("waiting", 100_000);
    private static final int PROCESSES = 3;
    /** By each of the 32 threads in a round. */
    private static final int EACH = 40;

    private static final int READS = 200;

    /** A process that does runs when it is told to. */
    private static final class Worker implements AutoCloseable {
        private final Process process;
        private final Writer orders;
        private final BufferedReader reports;

        Worker(List<String> args) throws IOException {
            List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-Xmx512m", "-cp"));
            command.addAll(List.of(System.getProperty("java.class.path"), RunsChild.class.getName()));
            command.addAll(args);
            this.process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            this.orders = process.outputWriter(StandardCharsets.UTF_8);
            this.reports = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            await();
        }

        void order(int each) throws IOException {
            orders.write(each + "\n");
            orders.flush();
        }

        void await() throws IOException {
            String line = reports.readLine();
            while (line != null && !line.equals("done")) {
                line = reports.readLine();
            }
            if (line == null) {
                throw new IOException("a process of the row has ended");
            }
        }

        @Override
        public void close() throws IOException, InterruptedException {
            orders.close();
            process.waitFor();
        }
    }

    private RunsRow() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "one run = submitted, taken, replied, finished, each change committed before it is acknowledged; "
                        + RunsChild.CROWD
                        + " at a time in each process; by hand: the same two commits as raw JDBC, SQLite with one group"
                        + " writer in each process, PostgreSQL with 10 connections; " + Contest.ROUNDS
                        + " rounds in turn, runs a second, median (least to most)");
        for (String name : Backend.asked(List.of("sqlite", "postgresql"))) {
            try (Backend backend = Backend.start(name)) {
                backend.open().close();
                processes(backend);
                finished(backend);
            }
        }
        System.exit(0);
    }

    private static void processes(Backend backend) throws Exception {
        List<Worker> ours = new ArrayList<>();
        List<Worker> raw = new ArrayList<>();
        try {
            for (int count = 1; count <= PROCESSES; count++) {
                ours.add(ours(backend));
                raw.add(raw(backend));
                Contest contest = new Contest()
                        .way("ours", () -> perSecond(ours))
                        .way("raw", () -> perSecond(raw))
                        .run();
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %d process(es): %-24s by hand %-24s ratio %.2f%n",
                        backend.name(),
                        count,
                        contest.of("ours").show("%.0f"),
                        contest.of("raw").show("%.0f"),
                        contest.median("raw") / contest.median("ours"));
            }
        } finally {
            close(ours);
            close(raw);
        }
    }

    private static void finished(Backend first) throws Exception {
        try (Backend empty = first.another();
                Backend full = first.another();
                Backend behind = first.another();
                Storage emptied = empty.open();
                Storage filled = full.open();
                Storage backlog = behind.open()) {
            long start = System.nanoTime();
            Bulk.runs(full, filled, FINISHED);
            Bulk.waiting(behind, backlog, WAITING);
            double seconds = (System.nanoTime() - start) / 1e9;
            List<Worker> few = List.of(ours(empty));
            List<Worker> many = List.of(ours(full));
            try {
                Contest contest = new Contest()
                        .way("runs, none", () -> perSecond(few))
                        .way("runs, many", () -> perSecond(many))
                        .way("claim, none", () -> micros(() -> claim(emptied)))
                        .way("claim, many", () -> micros(() -> claim(filled)))
                        .way("claim, backlog", () -> micros(() -> claim(backlog)))
                        .way("list, none", () -> micros(() -> list(emptied)))
                        .way("list, many", () -> micros(() -> list(filled)))
                        .run();
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %,d finished runs filled in, in another database %,d that wait for an agent that nobody has, %.1f s%n",
                        first.name(),
                        FINISHED,
                        WAITING,
                        seconds);
                show(first.name(), "runs a second", contest, "runs", true);
                show(first.name(), "us, look for due runs", contest, "claim", false);
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %-22s behind those of others %-15s cost ratio %.2f, goal flat%n",
                        first.name(),
                        "us, look for due runs",
                        contest.of("claim, backlog").show("%.0f"),
                        contest.median("claim, backlog") / contest.median("claim, none"));
                show(first.name(), "us, list 100 finished", contest, "list", false);
            } finally {
                close(few);
                close(many);
            }
        }
    }

    private static void show(String backend, String what, Contest contest, String way, boolean rate) {
        double ratio = contest.median(way + ", many") / contest.median(way + ", none");
        System.out.printf(
                Locale.ROOT,
                "%-12s %-22s with none %-24s with many %-24s cost ratio %.2f, goal flat%n",
                backend,
                what,
                contest.of(way + ", none").show("%.0f"),
                contest.of(way + ", many").show("%.0f"),
                rate ? 1 / ratio : ratio);
    }

    private static void claim(Storage storage) {
        storage.runs().claim("a-holder-of-runs-2", Set.of("another-agent"), Duration.ofSeconds(15), 100);
    }

    private static void list(Storage storage) {
        storage.runs().list(Activations.TENANT, RunState.COMPLETED, null, 100);
    }

    private static double micros(Runnable read) {
        long[] nanos = new long[READS];
        for (int i = 0; i < READS; i++) {
            long start = System.nanoTime();
            read.run();
            nanos[i] = System.nanoTime() - start;
        }
        return Sample.ofLongs(nanos, READS, 1e3).median();
    }

    private static Worker ours(Backend backend) throws IOException {
        List<String> args = new ArrayList<>(List.of("ours"));
        backend.settings().forEach((name, value) -> args.add(name + "=" + value));
        return new Worker(args);
    }

    private static Worker raw(Backend backend) throws IOException {
        return new Worker(
                backend.name().equals("sqlite")
                        ? List.of("sqlite", backend.file().toString())
                        : List.of(
                                "postgresql",
                                Postgres.jdbc(
                                        backend.database(),
                                        Postgres.APPLICATION,
                                        backend.postgres().port())));
    }

    private static double perSecond(List<Worker> workers) throws IOException {
        long start = System.nanoTime();
        for (Worker worker : workers) {
            worker.order(EACH);
        }
        for (Worker worker : workers) {
            worker.await();
        }
        return (double) workers.size() * RunsChild.CROWD * EACH / (System.nanoTime() - start) * 1e9;
    }

    private static void close(List<Worker> workers) throws IOException, InterruptedException {
        for (Worker worker : workers) {
            worker.close();
        }
    }
}
