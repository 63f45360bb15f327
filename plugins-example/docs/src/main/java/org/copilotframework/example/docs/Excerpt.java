package org.copilotframework.example.docs;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sentences of a passage that say most about a question: the best one, and its neighbours as long as they are nearly as
 * good and the whole stays short.
 */
final class Excerpt {
    private static final int LENGTH = 400;
    private static final int LISTING_LENGTH = 1_200;
    private static final int MOST_IN_MODEL = 40;
    private static final double NEARLY = 0.6;
    private static final double WORDS = 0.4;
    private static final double UNLIKELY = -1;

    private final String text;
    private final List<Sentences.Span> sentences;
    private final double[] scores;

    private Excerpt(String text, List<Sentences.Span> sentences, double[] scores) {
        this.text = text;
        this.sentences = sentences;
        this.scores = scores;
    }

    /**
     * @param begin where the piece begins in the passage
     * @param text the piece, word for word; it ends in "…" if it is cut
     */
    record Piece(int begin, String text) {}

    /**
     * @param text the passage
     * @param following what the document says after it; only quoted if the excerpt would end in a colon
     */
    static Piece of(String text, String following, String question, float[] vector, MiniLm model)
            throws InterruptedException {
        List<Sentences.Span> sentences = Sentences.of(text);
        List<String> texts =
                sentences.stream().map(sentence -> sentence.of(text)).toList();
        double[] words = new LexicalRanking(texts).scores(question);
        // A table of numbers can have hundreds: those with the question's words then, and of equals the first.
        int[] likely = IntStream.range(0, words.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -words[i]))
                .limit(MOST_IN_MODEL)
                .mapToInt(Integer::intValue)
                .toArray();
        List<float[]> vectors =
                model.vectors(Arrays.stream(likely).mapToObj(texts::get).toList());
        double[] scores = new double[words.length];
        Arrays.fill(scores, UNLIKELY);
        for (int i = 0; i < likely.length; i++) {
            scores[likely[i]] = WORDS * words[likely[i]] + product(vector, vectors.get(i));
        }
        return new Excerpt(text, sentences, scores).piece(following);
    }

    private static double product(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private Piece piece(String following) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        int first = best;
        int last = best;
        while (first > 0 && belongs(first - 1, best) && length(first - 1, last) <= LENGTH) {
            first--;
        }
        while (last + 1 < scores.length && belongs(last + 1, best) && length(first, last + 1) <= LENGTH) {
            last++;
        }
        int begin = sentences.get(first).begin();
        int end = sentences.get(last).end();
        String words = shortened(text.substring(begin, end));
        return new Piece(
                begin,
                announces(last)
                        ? words + Announced.of(text.substring(end) + following, LISTING_LENGTH - words.length())
                        : words);
    }

    private boolean belongs(int sentence, int best) {
        return scores[sentence] >= NEARLY * scores[best];
    }

    /** "Do it like this:" says nothing without what follows. */
    private boolean announces(int sentence) {
        return text.charAt(sentences.get(sentence).end() - 1) == ':';
    }

    private int length(int first, int last) {
        return sentences.get(last).end() - sentences.get(first).begin();
    }

    private static String shortened(String piece) {
        if (piece.length() <= LISTING_LENGTH) {
            return piece;
        }
        int cut = piece.lastIndexOf(' ', LISTING_LENGTH);
        cut = cut < LISTING_LENGTH / 2 ? LISTING_LENGTH : cut;
        // Never between the two halves of a character beyond the basic plane.
        cut = Character.isLowSurrogate(piece.charAt(cut)) ? cut - 1 : cut;
        return piece.substring(0, cut) + " …";
    }
}
