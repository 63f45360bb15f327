package org.copilotframework.example.docs;

/**
 * A paragraph, list, table or code listing, as it stands in a document.
 *
 * @param heading the headings above it, outermost first, joined by " › "; empty if there are none
 * @param page the page, from 1, or 0 for a document without pages
 * @param firstLine the line in which the text begins, from 1; in a PDF it is counted on the page
 * @param text the text with the document's own line breaks, so that a place in it can be turned into a line
 * @param whole whether it loses its sense when it is cut, as a code listing does
 */
record Block(String heading, int page, int firstLine, String text, boolean whole) {
    int lastLine() {
        return firstLine + Lines.breaks(text);
    }
}
