package org.copilotframework.server.http;

import java.time.Duration;

/** How fast something has to come or go in all: a peer that moves a byte now and then is silent as far as we care. */
record Pace(Duration grace) {
    /** In bytes a second, once the grace is over. */
    private static final long LEAST = 4_096;

    /** How long so many bytes may take. */
    Duration of(long bytes) {
        return grace.plusMillis(bytes * 1_000 / LEAST);
    }

    /**
     * Demands that what has come has not taken longer than it may.
     *
     * @param began the {@link System#nanoTime()} at which it began to come
     * @throws Refusal with status 408
     */
    void demand(long began, long come) {
        if (System.nanoTime() - began > of(come).toNanos()) {
            throw new Refusal(408, "the body comes too slowly");
        }
    }
}
