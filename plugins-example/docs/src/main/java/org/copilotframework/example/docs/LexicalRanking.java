package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Okapi BM25 over passages, with the usual constants (S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25
 * and Beyond, 2009).
 */
final class LexicalRanking {
    private static final double K1 = 1.2;
    private static final double B = 0.75;

    private final Map<String, List<Posting>> postings = new HashMap<>();
    private final int[] lengths;
    private final double meanLength;

    LexicalRanking(List<String> texts) {
        lengths = new int[texts.size()];
        long sum = 0;
        for (int i = 0; i < texts.size(); i++) {
            Map<String, Integer> counts = new HashMap<>();
            List<String> words = Words.of(texts.get(i));
            words.forEach(word -> counts.merge(word, 1, Integer::sum));
            for (Map.Entry<String, Integer> count : counts.entrySet()) {
                postings.computeIfAbsent(count.getKey(), word -> new ArrayList<>(2))
                        .add(new Posting(i, count.getValue()));
            }
            lengths[i] = words.size();
            sum += words.size();
        }
        meanLength = Math.max(1, (double) sum / Math.max(1, texts.size()));
    }

    private record Posting(int text, int count) {}

    /**
     * What each text scores, as a share of what no text can exceed: 0 for a text without any of the question's words, near 1
     * for one that has them all, often. A word that no text has lowers all scores.
     */
    double[] scores(String question) {
        double[] scores = new double[lengths.length];
        double bound = 0;
        for (String word : new HashSet<>(Words.of(question))) {
            List<Posting> found = postings.getOrDefault(word, List.of());
            double rarity = rarity(found.size());
            bound += rarity * (K1 + 1);
            for (Posting posting : found) {
                double length = 1 - B + B * lengths[posting.text()] / meanLength;
                scores[posting.text()] += rarity * posting.count() * (K1 + 1) / (posting.count() + K1 * length);
            }
        }
        for (int i = 0; bound > 0 && i < scores.length; i++) {
            scores[i] /= bound;
        }
        return scores;
    }

    private double rarity(int texts) {
        return Math.log(1 + (lengths.length - texts + 0.5) / (texts + 0.5));
    }
}
