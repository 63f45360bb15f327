package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.store.embedding.CosineSimilarity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MiniLmTest {
    private final MiniLm model = Models.model();

    @Test
    void vectorsAreThoseOfLangChain4jsOwnClass() throws Exception {
        EmbeddingModel theirs = langChain4j();
        for (String text : List.of(
                "hello world",
                "How do I configure a proxy?",
                "`OrtEnvironment.close()` — naïve café 日本語 \uD83D\uDE00",
                "word ".repeat(100))) {
            assertThat(CosineSimilarity.between(
                            Embedding.from(model.vector(text)),
                            theirs.embed(text).content()))
                    .as(text)
                    .isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void textBeyond128TokensCountsHereAndNotInLangChain4jsOwnClass() throws Exception {
        EmbeddingModel theirs = langChain4j();
        String start = "word ".repeat(130);

        assertThat(theirs.embed(start + "ocean").content())
                .isEqualTo(theirs.embed(start + "mountain").content());
        assertThat(model.vector(start + "ocean")).isNotEqualTo(model.vector(start + "mountain"));
    }

    @Test
    void textBeyond256TokensDoesNotCount() throws Exception {
        String start = "word ".repeat(260);

        assertThat(model.vector(start + "ocean")).isEqualTo(model.vector(start + "mountain"));
        assertThat(model.count(start)).isEqualTo(262);
    }

    @Test
    void itIsALangChain4jModel() {
        List<Embedding> embeddings = model.embedAll(List.of(
                        TextSegment.from("a cat sat"), TextSegment.from("a kitten sat"), TextSegment.from("taxes")))
                .content();

        assertThat(model.dimension()).isEqualTo(384);
        assertThat(CosineSimilarity.between(embeddings.get(0), embeddings.get(1)))
                .isGreaterThan(CosineSimilarity.between(embeddings.get(0), embeddings.get(2)));
    }

    @Test
    void noTextIsTooStrange() throws Exception {
        for (String text : List.of("", " ", "\0", "\uD83D", "\uFFFF", "\u202E", "x".repeat(100_000))) {
            float[] vector = model.vector(text);
            double square = 0;
            for (float value : vector) {
                square += value * value;
            }
            assertThat(square).isCloseTo(1, within(1e-3));
        }
    }

    @Test
    void manyThreadsGetTheSameAsOne() throws Exception {
        float[] expected = model.vector("the same text");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<float[]>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                calls.add(() -> model.vector("the same text"));
            }
            for (Future<float[]> vector : threads.invokeAll(calls)) {
                assertThat(vector.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void noThreadIsLeftWhenItIsClosed() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        MiniLm own = MiniLm.open(Path.of("target", "work"), 2);
        own.vectors(List.of("one", "two", "three"));
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(MiniLm.THREADS) && !before.contains(thread))
                .toList();

        own.close();

        assertThat(threads).hasSize(2).noneMatch(Thread::isAlive);
    }

    @Test
    void closingWaitsForCallsThatAreInsideAndRefusesLaterOnes() throws Exception {
        MiniLm own = MiniLm.open(Path.of("target", "work"), 2);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                calls.add(threads.submit(() -> {
                    try {
                        return own.vector("some words to work on").length == MiniLm.DIMENSION;
                    } catch (IllegalStateException closed) {
                        return false;
                    }
                }));
            }
            calls.get(20).get();
            own.close();
            own.close();
            for (Future<Boolean> call : calls) {
                call.get(); // neither a crash nor any other exception
            }
        } finally {
            threads.shutdown();
        }
        assertThatThrownBy(() -> own.vector("late")).hasMessage("The embedding model is closed");
    }

    /** LangChain4j's class unpacks DJL's library; the properties keep it in the build folder and off the network. */
    private static EmbeddingModel langChain4j() {
        System.setProperty(
                "ENGINE_CACHE_DIR", Path.of("target", "djl").toAbsolutePath().toString());
        System.setProperty("ai.djl.offline", "true");
        return new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
    }
}
