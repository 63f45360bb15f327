package org.copilotframework.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Some figures of one kind, sorted. */
record Sample(double[] sorted) {
    static Sample of(Collection<Double> figures) {
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Sample(sorted);
    }

    static Sample ofLongs(long[] figures, int count, double unit) {
        double[] sorted = new double[count];
        for (int i = 0; i < count; i++) {
            sorted[i] = figures[i] / unit;
        }
        Arrays.sort(sorted);
        return new Sample(sorted);
    }

    /** The figure that this share of all is not above. */
    double at(double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
    }

    double median() {
        return at(0.5);
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    /** The median, and what it varies between. */
    String show(String format) {
        String all = format + " (" + format + " to " + format + ")";
        return String.format(Locale.ROOT, all, median(), sorted[0], max());
    }
}
