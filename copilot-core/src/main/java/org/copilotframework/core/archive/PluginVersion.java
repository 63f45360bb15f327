package org.copilotframework.core.archive;

import com.github.zafarkhaja.semver.Version;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's version: a semantic version, or Maven's shorter form of one ({@code 1}, {@code 1.0}, {@code 1.0-SNAPSHOT}), whose
 * missing numbers are zero. Ordered by semver's precedence: build metadata does not count.
 */
public final class PluginVersion implements Comparable<PluginVersion> {
    /** The parser calls itself for each parenthesis, so a long text could end the thread. */
    private static final int MAX_LENGTH = 256;

    private final String text;
    private final Version version;

    private PluginVersion(String text, Version version) {
        this.text = text;
        this.version = version;
    }

    /**
     * Reads a version.
     *
     * @param text such as {@code 1.2.0}, {@code 1.0-SNAPSHOT} or {@code 2.0.0-rc.1+build.5}
     * @return the version
     * @throws IllegalArgumentException if it is no such text
     */
    public static PluginVersion parse(String text) {
        try {
            Version plain = plain(text);
            return new PluginVersion(text, plain != null ? plain : Version.parse(bounded(text), false));
        } catch (RuntimeException e) {
            // Besides its ParseException the parser lets those of numbers through that are too large.
            throw new IllegalArgumentException(
                    "'" + Names.shown(text) + "' is not a version; write it as 1.2.3, 1.2.3-rc.1 or 1.2", e);
        }
    }

    /** Three small numbers, as most versions are: many times faster than the parser, which a start with many plugins feels. */
    private static @Nullable Version plain(String text) {
        long[] numbers = new long[3];
        int part = 0;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean leadingZero = digits == 1 && numbers[part] == 0;
            if (c >= '0' && c <= '9' && digits < 9 && !leadingZero) {
                numbers[part] = numbers[part] * 10 + c - '0';
                digits++;
            } else if (c == '.' && digits > 0 && part < 2) {
                part++;
                digits = 0;
            } else {
                return null;
            }
        }
        return part == 2 && digits > 0 ? Version.of(numbers[0], numbers[1], numbers[2]) : null;
    }

    /**
     * Whether the text of a constraint can be read.
     *
     * @param constraint such as {@code >=1.0 & <2.0}, or {@code *}
     * @return false if {@link #satisfies} would throw
     */
    static boolean isConstraint(String constraint) {
        try {
            Version.of(1, 0, 0).satisfies(bounded(constraint));
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /**
     * Whether this version satisfies a constraint.
     *
     * @param constraint such as {@code >=1.0 & <2.0}, or {@code *} for any
     * @return true if it does
     * @throws IllegalArgumentException if the constraint cannot be read
     */
    public boolean satisfies(String constraint) {
        if (constraint.equals("*")) {
            return true;
        }
        try {
            return version.satisfies(bounded(constraint));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + Names.shown(constraint) + "' is not a constraint; write it as >=1.0 & <2.0", e);
        }
    }

    private static String bounded(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it has more than " + MAX_LENGTH + " characters");
        }
        return text;
    }

    /**
     * The version with all three numbers, as PF4J reads it.
     *
     * @return such as {@code 1.0.0-SNAPSHOT}
     */
    public String semver() {
        return version.toString();
    }

    @Override
    public int compareTo(PluginVersion other) {
        return version.compareToIgnoreBuildMetadata(other.version);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PluginVersion that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return version.withoutBuildMetadata().hashCode();
    }

    /** The text it was read from. */
    @Override
    public String toString() {
        return text;
    }
}
