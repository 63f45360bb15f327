package org.copilotframework.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Ways to do the same, which take turns: in each round each of them once, after a round that is not counted. */
final class Contest {
    static final int ROUNDS = Integer.getInteger("rounds", 5);

    /** One way. */
    interface Way {
        /** Does it, and returns the figure. */
        double measure() throws Exception;
    }

    private final Map<String, Way> ways = new LinkedHashMap<>();
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    Contest way(String name, Way way) {
        ways.put(name, way);
        return this;
    }

    Contest run() throws Exception {
        for (int round = -1; round < ROUNDS; round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                double figure = way.getValue().measure();
                if (round >= 0) {
                    figures.computeIfAbsent(way.getKey(), any -> new ArrayList<>())
                            .add(figure);
                }
            }
        }
        return this;
    }

    Sample of(String name) {
        return Sample.of(Objects.requireNonNull(figures.get(name), name));
    }

    double median(String name) {
        return of(name).median();
    }

    /** Prints a ratio and whether its goal is met. */
    static void goal(String what, double ratio, double goal) {
        System.out.printf(
                Locale.ROOT, "%-44s ratio %.2f, goal %.1f: %s%n", what, ratio, goal, ratio <= goal ? "met" : "MISSED");
    }
}
