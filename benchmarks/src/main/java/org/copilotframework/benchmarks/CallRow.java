package org.copilotframework.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What the corridor costs: five rounds, in each of them every way once, in a JVM of its own. */
final class CallRow implements Benchmarks.Row {
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final List<String> WAYS = List.of("direct", "onCallerThread", "handedOver", "handedOverCpu");

    private record Figures(List<Double> median, List<Double> tail, List<Double> bytes) {
        Figures() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public List<String> run() throws Exception {
        Map<String, Figures> ways = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String way : WAYS) {
                measure(way, ways.computeIfAbsent(way, name -> new Figures()));
            }
        }
        System.out.println("an agent that returns at once, in memory, one caller; JMH 1.37, sampled, " + ROUNDS
                + " rounds; median (least to most); bytes are of all threads");
        System.out.printf("%-16s %-28s %-34s %s%n", "", "ns median", "ns p99", "bytes per call");
        ways.forEach((way, figures) -> System.out.printf(
                "%-16s %-28s %-34s %s%n",
                way,
                Sample.of(figures.median()).show("%.0f"),
                Sample.of(figures.tail()).show("%.0f"),
                Sample.of(figures.bytes()).show("%.0f")));
        double direct = median(ways, "direct");
        goal("onCallerThread", median(ways, "onCallerThread") - direct, 2_000, "above direct");
        goal("handedOver", median(ways, "handedOver"), 25_000, "median");
        goal("handedOverCpu", median(ways, "handedOverCpu"), 25_000, "median");
        return List.of();
    }

    private static void goal(String way, double nanos, double goal, String what) {
        System.out.printf(
                Locale.ROOT,
                "%s: %.2f us %s, goal %.0f us: %s%n",
                way,
                nanos / 1e3,
                what,
                goal / 1e3,
                nanos <= goal ? "met" : "MISSED");
    }

    private static double median(Map<String, Figures> ways, String way) {
        Figures figures = ways.get(way);
        return figures == null ? Double.NaN : Sample.of(figures.median()).median();
    }

    private static void measure(String way, Figures into) throws Exception {
        Options options = new OptionsBuilder()
                .include(CallBenchmark.class.getName() + "\\." + way + "$")
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(3)
                .measurementTime(TimeValue.seconds(1))
                .jvmArgsAppend(flags())
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        RunResult run = new Runner(options).runSingle();
        into.median().add(run.getPrimaryResult().getStatistics().getPercentile(50));
        into.tail().add(run.getPrimaryResult().getStatistics().getPercentile(99));
        for (Map.Entry<String, ? extends Result<?>> second : secondary(run).entrySet()) {
            if (second.getKey().endsWith("gc.alloc.rate.norm")) {
                into.bytes().add(second.getValue().getScore());
            }
        }
    }

    /** JMH 1.37 uses what newer JVMs warn of. */
    private static String[] flags() {
        return Runtime.version().feature() < 24
                ? new String[] {"-Xmx1g"}
                : new String[] {"-Xmx1g", "--sun-misc-unsafe-memory-access=allow"};
    }

    private static Map<String, Result<?>> secondary(RunResult run) {
        Map<String, Result<?>> results = new LinkedHashMap<>();
        run.getSecondaryResults().forEach(results::put);
        return results;
    }
}
