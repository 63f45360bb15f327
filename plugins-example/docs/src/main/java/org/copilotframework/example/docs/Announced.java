package org.copilotframework.example.docs;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a sentence announces that ends in a colon: the beginning of the listing, list or table after it, or the next sentence.
 */
final class Announced {
    private static final int MOST_LINES = 12;
    private static final int MOST_ITEMS = 4;
    private static final Pattern ITEM = Pattern.compile("\\s*([-*+]|\\d{1,9}[.)])\\s.*");

    private final String[] lines;
    private final int first;

    private Announced(String[] lines, int first) {
        this.lines = lines;
        this.first = first;
    }

    /**
     * The beginning of {@code rest}, word for word and with the white space before it; it ends in "…" if it is cut in the
     * middle of a listing, list or table.
     *
     * @param rest what follows the colon
     * @param room how long it may be; if nothing fits, it is empty
     */
    static String of(String rest, int room) {
        String[] lines = rest.split("\n", -1);
        int first = 0;
        while (first < lines.length && lines[first].isBlank()) {
            first++;
        }
        if (first == lines.length) {
            return "";
        }
        Announced announced = new Announced(lines, first);
        int end = announced.end();
        return end > first ? announced.upTo(end, room) : sentence(rest, room);
    }

    private static String sentence(String rest, int room) {
        int end = Sentences.of(rest).get(0).end();
        return end <= room ? rest.substring(0, end) : "";
    }

    /** The line after the last of the listing, list or table; {@code first} if it is none. */
    private int end() {
        String line = lines[first];
        if (isFence(line)) {
            return endOfListing();
        }
        if (ITEM.matcher(line).matches()) {
            return endOfList();
        }
        if (line.stripLeading().startsWith("|")) {
            return endWhere(i -> !lines[i].stripLeading().startsWith("|"));
        }
        if (indentation(line) >= 4) {
            return endWhere(i -> !lines[i].isBlank() && indentation(lines[i]) < 4);
        }
        return first;
    }

    private int endOfListing() {
        String fence = lines[first].strip().substring(0, 3);
        int end = endWhere(i -> i > first && lines[i].strip().startsWith(fence));
        return Math.min(lines.length, end + 1);
    }

    private int endOfList() {
        int margin = indentation(lines[first]);
        return endWhere(i -> !lines[i].isBlank()
                && lines[i - 1].isBlank()
                && indentation(lines[i]) <= margin
                && !ITEM.matcher(lines[i]).matches());
    }

    private interface Line {
        boolean ends(int line);
    }

    private int endWhere(Line line) {
        int end = first + 1;
        while (end < lines.length && !line.ends(end)) {
            end++;
        }
        return end;
    }

    private String upTo(int end, int room) {
        int last = Math.min(end, ITEM.matcher(lines[first]).matches() ? endOfItems(end) : first + MOST_LINES);
        String piece = join(last);
        while (last > first && piece.length() + 2 > room) {
            piece = join(--last);
        }
        if (last == first) {
            return "";
        }
        return join(end).equals(piece) ? piece : piece + "\n…";
    }

    private int endOfItems(int end) {
        int margin = indentation(lines[first]);
        int items = 1;
        for (int i = first + 1; i < end; i++) {
            if (indentation(lines[i]) <= margin && ITEM.matcher(lines[i]).matches() && ++items > MOST_ITEMS) {
                return i;
            }
        }
        return end;
    }

    /** The lines before {@code end}, with their line breaks as they are, without white space at the end. */
    private String join(int end) {
        return String.join("\n", List.of(lines).subList(0, end)).stripTrailing();
    }

    private static boolean isFence(String line) {
        String content = line.strip();
        return content.startsWith("```") || content.startsWith("~~~");
    }

    private static int indentation(String line) {
        if (line.startsWith("\t")) {
            return 4;
        }
        return line.length() - line.stripLeading().length();
    }
}
