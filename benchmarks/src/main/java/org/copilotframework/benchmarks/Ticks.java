package org.copilotframework.benchmarks;

import java.time.Instant;

/**
 * Events at times that are agreed on: {@code <first> <count> <interval>}.
 *
 * @param first when the first is made, in nanoseconds of {@link #now()}; 0 for at once
 * @param interval the nanoseconds between two
 */
record Ticks(long first, int count, long interval) {
    /** Reads them, also as the one text in an object of JSON. */
    static Ticks parse(String text) {
        String[] words = text.replaceAll("[^0-9 ]", "").strip().split(" ");
        return new Ticks(Long.parseLong(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
    }

    String text() {
        return first + " " + count + " " + interval;
    }

    void await(int tick) throws InterruptedException {
        long left = first + tick * interval - now();
        if (first > 0 && left > 0) {
            Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
        }
    }

    /** The clock on the wall, which all processes of a machine share. */
    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
