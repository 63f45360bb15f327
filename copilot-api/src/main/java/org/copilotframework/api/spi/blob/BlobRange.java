package org.copilotframework.api.spi.blob;

/**
 * A part of a file.
 *
 * @param from the place of the first byte, from 0
 * @param length how many bytes at most, at least 1; what lies behind the end of the file is left out, so that there may be none
 */
public record BlobRange(long from, long length) {
    /** The whole file. */
    public static final BlobRange ALL = new BlobRange(0, Long.MAX_VALUE);

    /** Checks the numbers. */
    public BlobRange {
        if (from < 0 || length < 1) {
            throw new IllegalArgumentException(
                    "a range begins at 0 or later and has 1 byte or more, not " + length + " from " + from);
        }
    }

    /**
     * What is behind a place.
     *
     * @param from the place of the first byte, from 0
     * @return the range
     */
    public static BlobRange from(long from) {
        return new BlobRange(from, Long.MAX_VALUE);
    }

    /**
     * How many bytes of a file are within.
     *
     * @param size the file's size in bytes
     * @return how many, from 0
     */
    public long within(long size) {
        return Math.max(0, Math.min(length, size - from));
    }
}
