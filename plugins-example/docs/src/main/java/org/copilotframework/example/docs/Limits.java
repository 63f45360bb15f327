package org.copilotframework.example.docs;

/**
 * How much is taken in at most; what is beyond is skipped and reported.
 *
 * @param files how many files
 * @param fileBytes how large a file may be
 * @param passages how many passages in all; each takes about two kilobytes of memory
 */
record Limits(int files, long fileBytes, int passages) {
    static final Limits DEFAULT = new Limits(2_000, 20L << 20, 50_000);
}
