package org.copilotframework.example.docs;

/** Counts line breaks, by which a place in a text becomes a line number. */
final class Lines {
    private Lines() {}

    /** How many line breaks stand before {@code end}. */
    static int breaks(String text, int end) {
        int breaks = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) {
            breaks++;
        }
        return breaks;
    }
}
