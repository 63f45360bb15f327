package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.List;

/** Answers a question with what stands in the documents, word for word, or not at all. */
final class Answers {
    /**
     * From this score on a passage is taken for an answer. Measured on two sets of documents (see the README): of 53
     * questions with an answer none fell below, of 38 without one 3 came above.
     */
    static final double ENOUGH = 0.41;

    /** A further passage is quoted only if it is nearly as good as the best. */
    private static final double NEARLY = 0.7;

    private static final int MOST_QUOTES = 3;

    private final MiniLm model;

    Answers(MiniLm model) {
        this.model = model;
    }

    /**
     * What a document says to a question.
     *
     * @param path the document
     * @param heading the headings above the quotation, empty if there are none
     * @param page the page, or 0 for a document without pages
     * @param line the line in which the quotation begins; in a PDF it is counted on the page
     * @param score how well the passage fits, see {@link Search.Hit}
     * @param text the quotation, word for word; it ends in "…" if it is cut
     */
    record Quote(String path, String heading, int page, int line, double score, String text) {
        /** Where it stands: {@code guide.md:12}, or {@code paper.pdf, page 3}. */
        String source() {
            return page > 0 ? path + ", page " + page : path + ":" + line;
        }
    }

    /** The best quotations, best first; empty if nothing in the documents answers the question. */
    List<Quote> to(String question, Search search) throws InterruptedException {
        float[] vector = model.vector(question);
        List<Search.Hit> hits = search.find(question, vector, MOST_QUOTES);
        double least =
                hits.isEmpty() ? 0 : Math.max(ENOUGH, NEARLY * hits.get(0).score());
        List<Quote> quotes = new ArrayList<>();
        for (Search.Hit hit : hits) {
            if (hit.score() >= least) {
                quotes.add(quote(question, vector, hit));
            }
        }
        return quotes;
    }

    private Quote quote(String question, float[] vector, Search.Hit hit) throws InterruptedException {
        Passage passage = hit.passage();
        Excerpt.Piece piece = Excerpt.of(passage.text(), following(hit), question, vector, model);
        return new Quote(
                hit.path(),
                passage.heading(),
                passage.page(),
                passage.lineOf(piece.begin()),
                hit.score(),
                piece.text());
    }

    /** The next passage as it stands after this one, for a quotation that would end in a colon. */
    private static String following(Search.Hit hit) {
        Passage next = hit.next();
        if (next == null) {
            return "";
        }
        int breaks = next.firstLine() - hit.passage().lastLine();
        return (breaks > 0 ? "\n".repeat(breaks) : " ") + next.text();
    }
}
