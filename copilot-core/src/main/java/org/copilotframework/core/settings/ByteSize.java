package org.copilotframework.core.settings;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written plainly or with a suffix: {@code 512}, {@code 64 KiB}, {@code 4MiB}, {@code 1GiB}.
 *
 * @param bytes the number, not negative
 */
public record ByteSize(long bytes) {
    private static final Map<String, Long> UNITS = Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ?(B|KiB|MiB|GiB|)");

    /** Checks the sign. */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + bytes);
        }
    }

    /**
     * Reads a size.
     *
     * @param text the text
     * @return the size
     * @throws IllegalArgumentException if the text has another form
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size: " + text);
        }
        return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2))));
    }

    @Override
    public String toString() {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            long size = UNITS.get(unit);
            if (bytes >= size && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return Long.toString(bytes);
    }
}
