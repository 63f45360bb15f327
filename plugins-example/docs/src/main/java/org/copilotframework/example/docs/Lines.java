package org.copilotframework.example.docs;

/** Counts line breaks, by which a place in a text becomes a line number. */
final class Lines {
    private Lines() {}

    static int breaks(String text) {
        int breaks = 0;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            breaks++;
        }
        return breaks;
    }
}
