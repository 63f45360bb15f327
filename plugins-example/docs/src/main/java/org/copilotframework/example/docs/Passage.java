package org.copilotframework.example.docs;

import java.util.regex.Pattern;

/**
 * A stretch of a document that is found and quoted as one: small enough for the model to see it whole.
 *
 * @param heading the headings above it, as in {@link Block}
 * @param page the page, from 1, or 0 for a document without pages
 * @param firstLine the line in which the text begins
 * @param lastLine the line in which it ends
 * @param text the text with the document's own line breaks
 */
record Passage(String heading, int page, int firstLine, int lastLine, String text) {
    private static final Pattern LINK =
            Pattern.compile("!?\\[([^\\]\\n]{0,300})\\]\\([^)\\s]{0,500}(?:\\s{1,20}\"[^\"]{0,300}\")?\\)");
    private static final Pattern EMPHASIS = Pattern.compile("(?<![\\w`])[*_]{1,3}(?=\\S)|(?<=\\S)[*_]{1,3}(?![\\w`])");

    /** What the model is shown: the headings say what a passage is about that does not name it itself. */
    String forModel() {
        String prose = EMPHASIS.matcher(LINK.matcher(text).replaceAll("$1")).replaceAll("");
        return heading.isEmpty() ? prose : heading + "\n" + prose;
    }

    /** The line of the place {@code offset} in the text. */
    int lineOf(int offset) {
        return firstLine + Lines.breaks(text.substring(0, offset));
    }
}
