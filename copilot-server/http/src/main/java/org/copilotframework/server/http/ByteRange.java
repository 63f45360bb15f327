package org.copilotframework.server.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a content, by the header {@code Range} (RFC 9110, 14.2).
 *
 * @param from the first byte, from 0
 * @param length how many
 */
record ByteRange(long from, long length) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** Thrown if there is no byte of the content within the range. */
    static final class Unsatisfiable extends Exception {
        private static final long serialVersionUID = 1L;

        Unsatisfiable() {
            super(null, null, false, false);
        }
    }

    /**
     * Reads the header. One that has another form, or several parts, asks for the whole: a server may answer it so.
     *
     * @return the part, or empty for the whole
     */
    static Optional<ByteRange> of(String header, long size) throws Unsatisfiable {
        Matcher one = ONE.matcher(header.strip());
        if (!one.matches()) {
            return Optional.empty();
        }
        String first = one.group(1);
        String last = one.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(suffix(Long.parseLong(last), size));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(last);
        if (to < from) {
            return Optional.empty();
        } else if (from >= size) {
            throw new Unsatisfiable();
        }
        return Optional.of(new ByteRange(from, Math.min(to, size - 1) - from + 1));
    }

    private static ByteRange suffix(long wanted, long size) throws Unsatisfiable {
        long length = Math.min(wanted, size);
        if (length == 0) {
            throw new Unsatisfiable();
        }
        return new ByteRange(size - length, length);
    }

    /** The header {@code Content-Range} of an answer with it. */
    String told(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
