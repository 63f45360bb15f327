package org.copilotframework.example.docs;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Divides a text into sentences; an item of a list, a row of a table and a code listing count as one each. */
final class Sentences {
    private static final Pattern STARTS_ANEW = Pattern.compile("\\s*([-*+]|\\d+[.)]|\\||>|#{1,6})(\\s.*|$)");
    private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}|~{3,}).*");

    private Sentences() {}

    /**
     * A piece of a text.
     *
     * @param begin where it begins
     * @param end where it ends, exclusive
     */
    record Span(int begin, int end) {
        String of(String text) {
            return text.substring(begin, end);
        }
    }

    /** The sentences in order, without the white space around them. Together they hold everything else of the text. */
    static List<Span> of(String text) {
        List<Span> sentences = new ArrayList<>();
        boolean listing = false;
        int begin = 0;
        for (int line = 0; line < text.length(); ) {
            int end = text.indexOf('\n', line);
            end = end < 0 ? text.length() : end;
            String content = text.substring(line, end);
            if (FENCE.matcher(content).matches()) {
                if (!listing) {
                    prose(text, begin, line, sentences);
                    begin = line;
                } else {
                    add(text, begin, end, sentences);
                    begin = end;
                }
                listing = !listing;
            } else if (!listing
                    && (content.isBlank() || STARTS_ANEW.matcher(content).matches())) {
                prose(text, begin, line, sentences);
                begin = line;
            }
            line = end + 1;
        }
        if (listing) {
            add(text, begin, text.length(), sentences);
        } else {
            prose(text, begin, text.length(), sentences);
        }
        return sentences;
    }

    private static void prose(String text, int begin, int end, List<Span> sentences) {
        if (begin >= end) {
            return;
        }
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
        // A line break inside a paragraph does not end a sentence.
        breaks.setText(text.substring(begin, end).replace('\n', ' '));
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
            add(text, begin + from, begin + to, sentences);
            from = to;
        }
    }

    private static void add(String text, int begin, int end, List<Span> sentences) {
        int from = begin;
        int to = end;
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        if (from < to) {
            sentences.add(new Span(from, to));
        }
    }
}
