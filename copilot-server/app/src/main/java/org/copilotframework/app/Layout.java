package org.copilotframework.app;

import java.util.ArrayList;
import java.util.List;

/** Fits text into columns. A character counts as one column. */
final class Layout {
    private static final int GAP = 2;
    private static final int NARROWEST = 24;

    private Layout() {}

    /**
     * Breaks text between words; a word that is too long is not broken. Line breaks of the text stay, and further lines of a
     * paragraph begin below its first word.
     */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\\R", -1)) {
            wrapParagraph(paragraph, width, lines);
        }
        return lines;
    }

    private static void wrapParagraph(String paragraph, int width, List<String> lines) {
        if (paragraph.length() <= width) {
            lines.add(paragraph.stripTrailing());
            return;
        }
        String body = paragraph.stripLeading();
        String indent = paragraph.substring(0, paragraph.length() - body.length());
        StringBuilder line = new StringBuilder(indent);
        for (String word : body.split(" +")) {
            boolean begun = line.length() > indent.length();
            if (begun && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(indent);
                begun = false;
            }
            line.append(begun ? " " : "").append(word);
        }
        lines.add(line.toString());
    }

    /**
     * Lays out a table whose last column takes the rest of the width and is wrapped there.
     *
     * @param rows the heading and the rows, all of the same length
     * @param width how wide a line may be
     * @return the lines of each row, without spaces at their ends
     */
    static List<List<String>> table(List<List<String>> rows, int width) {
        int last = rows.get(0).size() - 1;
        int[] widths = new int[last];
        for (List<String> row : rows) {
            for (int i = 0; i < last; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        int before = 0;
        for (int column : widths) {
            before += column + GAP;
        }
        List<List<String>> laidOut = new ArrayList<>();
        for (List<String> row : rows) {
            laidOut.add(row(row, widths, before, Math.max(NARROWEST, width - before)));
        }
        return laidOut;
    }

    private static List<String> row(List<String> cells, int[] widths, int before, int rest) {
        StringBuilder first = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            first.append(cells.get(i))
                    .append(" ".repeat(widths[i] - cells.get(i).length() + GAP));
        }
        List<String> lines = new ArrayList<>();
        for (String line : wrap(cells.get(widths.length), rest)) {
            String begin = lines.isEmpty() ? first.toString() : " ".repeat(before);
            lines.add((begin + line).stripTrailing());
        }
        return lines;
    }
}
