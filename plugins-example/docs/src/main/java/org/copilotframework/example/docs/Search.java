package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.copilotframework.example.docs.Index.IndexedFile;
import org.copilotframework.example.docs.Index.IndexedPassage;

/**
 * Finds the passages of an index that belong to a question: once by meaning (the cosine of the vectors), once by words
 * (BM25), joined by reciprocal rank fusion (G. Cormack, C. Clarke, S. Büttcher: Reciprocal Rank Fusion Outperforms Condorcet
 * and Individual Rank Learning Methods, 2009). Words find a class name that the model has never seen; meaning finds what is
 * said in other words. Immutable; the vectors lie in one array.
 */
final class Search {
    /** The constant of the paper. */
    private static final int K = 60;

    /** How far down each ranking counts. */
    private static final int DEPTH = 50;

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
     * @param score by which hits are ordered; says nothing by itself
     * @param cosine how near the passage's meaning is to the question's, 1 at most
     * @param words how much of the question's words it has (BM25)
     */
    record Hit(String path, Passage passage, double score, double cosine, double words) {}

    /** The best passages, best first. */
    List<Hit> find(String question, float[] vector, int count) {
        double[] cosines = cosines(vector);
        double[] words = lexical.scores(question);
        double[] fused = new double[places.size()];
        addRanks(cosines, fused);
        addRanks(words, fused);
        return best(fused, count).stream()
                .map(i -> new Hit(places.get(i).path(), places.get(i).passage(), fused[i], cosines[i], words[i]))
                .toList();
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

    private static void addRanks(double[] scores, double[] fused) {
        List<Integer> order = best(scores, DEPTH);
        for (int rank = 0; rank < order.size(); rank++) {
            fused[order.get(rank)] += 1.0 / (K + rank + 1);
        }
    }

    /** The places of the highest scores above zero, highest first; equals in the order of the documents. */
    private static List<Integer> best(double[] scores, int count) {
        return IntStream.range(0, scores.length)
                .filter(i -> scores[i] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .limit(count)
                .toList();
    }
}
