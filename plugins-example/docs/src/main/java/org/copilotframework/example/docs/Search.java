package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.copilotframework.example.docs.Index.IndexedFile;
import org.copilotframework.example.docs.Index.IndexedPassage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the passages of an index that belong to a question: by meaning (the cosine of the vectors) and by words (BM25 as a
 * share of its bound), added up. Words find a class name that the model has never seen; meaning finds what is said in other
 * words. The sum with one weight is the "convex combination" of S. Bruch, S. Gai, A. Ingber: An Analysis of Fusion Functions
 * for Hybrid Retrieval (2023). Reciprocal rank fusion was tried too: it found less here, and its scores do not tell a good
 * passage from the best of a bad lot. Immutable; the vectors lie in one array.
 */
final class Search {
    /** What the words weigh beside the meaning; 0.2 to 0.4 did equally well on what was measured, see the README. */
    private static final double WORDS = 0.4;

    private final List<Place> places = new ArrayList<>();
    private final float[] matrix;
    private final LexicalRanking lexical;

    Search(Index index) {
        matrix = new float[index.passages() * MiniLm.DIMENSION];
        List<String> texts = new ArrayList<>();
        for (IndexedFile file : index.files()) {
            for (IndexedPassage indexed : file.passages()) {
                System.arraycopy(indexed.vector(), 0, matrix, places.size() * MiniLm.DIMENSION, MiniLm.DIMENSION);
                places.add(new Place(file.path(), indexed.passage()));
                texts.add(file.path() + "\n" + indexed.passage().heading() + "\n"
                        + indexed.passage().text());
            }
        }
        lexical = new LexicalRanking(texts);
    }

    private record Place(String path, Passage passage) {}

    /**
     * @param path the document
     * @param passage the passage in it
     * @param next the passage after it below the same heading and on the same page, if there is one
     * @param score how well it fits, from about 0 to 1.4; comparable between questions
     */
    record Hit(String path, Passage passage, @Nullable Passage next, double score) {}

    /**
     * The best passages, best first; equals in the order of the documents.
     *
     * @param vector what the model makes of the question
     */
    List<Hit> find(String question, float[] vector, int count) {
        double[] scores = cosines(vector);
        double[] words = lexical.scores(question);
        for (int i = 0; i < scores.length; i++) {
            scores[i] += WORDS * words[i];
        }
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .limit(count)
                .map(i -> new Hit(places.get(i).path(), places.get(i).passage(), next(i), scores[i]))
                .toList();
    }

    private @Nullable Passage next(int place) {
        if (place + 1 == places.size()) {
            return null;
        }
        Place here = places.get(place);
        Place next = places.get(place + 1);
        boolean together = next.path().equals(here.path())
                && next.passage().page() == here.passage().page()
                && next.passage().heading().equals(here.passage().heading());
        return together ? next.passage() : null;
    }

    private double[] cosines(float[] vector) {
        double[] cosines = new double[places.size()];
        for (int i = 0; i < cosines.length; i++) {
            float product = 0;
            int row = i * MiniLm.DIMENSION;
            for (int j = 0; j < MiniLm.DIMENSION; j++) {
                product += matrix[row + j] * vector[j];
            }
            cosines[i] = product;
        }
        return cosines;
    }
}
