package org.copilotframework.security.encryption;

import org.copilotframework.api.spi.blob.BlobRange;

/**
 * Where the bytes of a file's content lie in what is stored: a header, segments of one size of which the first one holds less as the
 * header is counted to it, and the end.
 */
final class FileForm {
    private static final int WITHIN = Ciphers.SEGMENT - Ciphers.TAG;

    private FileForm() {}

    /** How many bytes header and segments take for a content of a size. There is always a segment, be it empty. */
    static long body(long size) {
        return size + Ciphers.HEADER + Ciphers.TAG * segments(size);
    }

    /** How many segments a content of a size has. */
    static long segments(long size) {
        return (size + Ciphers.HEADER + WITHIN - 1) / WITHIN;
    }

    /** How many bytes the content has of which so many are stored, end included; 0 for what is no such file. */
    static long size(long stored) {
        long body = stored - FileEnd.LENGTH;
        long segments = (body + Ciphers.SEGMENT - 1) / Ciphers.SEGMENT;
        return Math.max(0, body - Ciphers.HEADER - Ciphers.TAG * segments);
    }

    /** In which segment a byte of the content is. */
    static long segment(long position) {
        return (position + Ciphers.HEADER) / WITHIN;
    }

    /** Which byte of the content a segment begins with. */
    static long begin(long segment) {
        return segment == 0 ? 0 : segment * WITHIN - Ciphers.HEADER;
    }

    /** Where a segment begins in what is stored. */
    static long stored(long segment) {
        return segment == 0 ? Ciphers.HEADER : segment * Ciphers.SEGMENT;
    }

    /** How many bytes of a segment are stored, for a content of a size. */
    static int length(long segment, long size) {
        return (int) (Math.min(stored(segment + 1), body(size)) - stored(segment));
    }

    /** The segments in which a range lies, however long the file is. */
    static BlobRange segments(BlobRange range) {
        long from = range.from() > Long.MAX_VALUE / 2 ? Long.MAX_VALUE / 2 : range.from();
        long begin = stored(segment(from));
        if (range.length() > Long.MAX_VALUE / 4) {
            return BlobRange.from(begin);
        }
        return new BlobRange(begin, stored(segment(from + range.length() - 1) + 1) - begin);
    }
}
