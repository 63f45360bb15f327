package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Joins the blocks of a document to passages that the model can see whole. A passage never crosses a heading or a page; a
 * paragraph that is too long is cut between sentences; a code listing is only cut if it is very long, and stays with the
 * text before it if both fit.
 */
final class Chunker {
    /** Below the model's 256, because a passage about one thing is found better than one about three. */
    static final int MAX_TOKENS = 160;

    /** For listings, and because a megabyte without white space is one token to the tokenizer. */
    static final int MAX_CHARACTERS = 8_000;

    private final ToIntFunction<String> tokens;
    private final List<Passage> passages = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int size;
    private String heading = "";
    private int page;
    private int firstLine;

    private Chunker(ToIntFunction<String> tokens) {
        this.tokens = tokens;
    }

    /**
     * @param blocks the blocks of one document, in order
     * @param tokens counts the tokens of a text
     */
    static List<Passage> passages(List<Block> blocks, ToIntFunction<String> tokens) {
        Chunker chunker = new Chunker(tokens);
        blocks.forEach(chunker::add);
        chunker.flush();
        return chunker.passages;
    }

    private void add(Block block) {
        if (!block.heading().equals(heading) || block.page() != page) {
            flush();
            heading = block.heading();
            page = block.page();
        }
        int room = Math.max(MAX_TOKENS / 2, MAX_TOKENS - tokens.applyAsInt(heading));
        if (block.text().length() <= MAX_CHARACTERS) {
            int length = tokens.applyAsInt(block.text());
            if (block.whole() || length <= room) {
                append(block.text(), block.firstLine(), length, room);
                return;
            }
        }
        cut(block, room);
    }

    private void cut(Block block, int room) {
        int line = block.firstLine();
        int counted = 0;
        for (Sentences.Span sentence : Sentences.of(block.text())) {
            for (Sentences.Span piece : fitting(block.text(), sentence, room)) {
                line += Lines.breaks(block.text().substring(counted, piece.begin()));
                counted = piece.begin();
                String words = piece.of(block.text());
                append(words, line, tokens.applyAsInt(words), room);
            }
        }
    }

    /** A sentence without end (a log, a table of numbers) is halved, at white space where there is some. */
    private List<Sentences.Span> fitting(String text, Sentences.Span span, int room) {
        int length = span.end() - span.begin();
        if (length < 2 || length <= MAX_CHARACTERS && tokens.applyAsInt(span.of(text)) <= room) {
            return List.of(span);
        }
        int middle = span.begin() + length / 2;
        int cut = middle;
        while (cut > span.begin() && !Character.isWhitespace(text.charAt(cut))) {
            cut--;
        }
        if (cut == span.begin()) {
            cut = Character.isLowSurrogate(text.charAt(middle)) ? middle + 1 : middle;
        }
        if (cut >= span.end()) {
            return List.of(span);
        }
        List<Sentences.Span> pieces = new ArrayList<>(fitting(text, new Sentences.Span(span.begin(), cut), room));
        pieces.addAll(fitting(text, new Sentences.Span(cut, span.end()), room));
        return pieces;
    }

    private void append(String words, int line, int length, int room) {
        // As many line breaks as the document has in between, so that lines can still be counted.
        int breaks = line - firstLine - Lines.breaks(text.toString());
        if (text.length() > 0 && (size + length > room || text.length() + breaks + words.length() > MAX_CHARACTERS)) {
            flush();
        }
        if (text.length() == 0) {
            firstLine = line;
        } else {
            text.append(breaks <= 0 ? " " : "\n".repeat(breaks));
        }
        text.append(words);
        size += length;
    }

    private void flush() {
        if (!text.toString().isBlank()) {
            String words = text.toString();
            passages.add(new Passage(heading, page, firstLine, firstLine + Lines.breaks(words), words));
        }
        text.setLength(0);
        size = 0;
    }
}
