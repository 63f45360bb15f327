package org.copilotframework.example.docs;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.onnxruntime.OrtException;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The sentence encoder all-MiniLM-L6-v2 (quantised) of LangChain4j's artifact, as a LangChain4j embedding model that
 * can be closed.
 *
 * <p>LangChain4j's own class keeps the session and the tokenizer in a static field for ever. It also cuts every text
 * after 128 tokens, for that is the limit in the tokenizer's file; the model was made for 256, and that is the limit
 * here. For texts that both see whole, both give the same vectors; a test holds them together.
 *
 * <p>Each text is run by itself: the quantised model scales its numbers by the batch, so that a text's vector would
 * depend on its neighbours, and an index made step by step would differ from one made at once.
 *
 * <p>ONNX Runtime is used on threads of this object's own only. The C library keeps code in memory as long as a thread lives
 * that has used it, and the host's threads live on; with them a later version of this plugin could not bring another version
 * of ONNX Runtime.
 *
 * <p>Thread-safe; a call after {@link #close} throws {@link IllegalStateException}.
 */
final class MiniLm extends DimensionAwareEmbeddingModel implements AutoCloseable {
    /** What the vectors mean; vectors of two models are not comparable. */
    static final String ID = "all-minilm-l6-v2-q/256";

    static final int DIMENSION = 384;
    static final int MAX_TOKENS = 256;
    static final String THREADS = "docs-embedding";

    private static final Duration TO_END = Duration.ofSeconds(5);

    private final ExecutorService workers;
    private final List<Thread> threads;
    private final OnnxSession session;
    private final long tokenizer;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private MiniLm(ExecutorService workers, List<Thread> threads, OnnxSession session, long tokenizer) {
        this.workers = workers;
        this.threads = threads;
        this.session = session;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads the machine code and the model. Takes about half a second the first time.
     *
     * @param directory where the machine code is unpacked for a moment
     * @param threads how many texts go through the model at once
     */
    static MiniLm open(Path directory, int threads) throws IOException, InterruptedException {
        List<Thread> begun = new CopyOnWriteArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, THREADS);
            thread.setDaemon(true);
            thread.setContextClassLoader(MiniLm.class.getClassLoader());
            begun.add(thread);
            return thread;
        });
        try {
            return workers.submit(() -> open(directory, workers, begun)).get();
        } catch (ExecutionException e) {
            workers.shutdown();
            throw new IOException(
                    "The embedding model cannot be loaded: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            workers.shutdown();
            throw e;
        }
    }

    private static MiniLm open(Path directory, ExecutorService workers, List<Thread> threads)
            throws IOException, OrtException {
        Natives.load(directory);
        long tokenizer = TokenizersLibrary.LIB.createTokenizerFromString(
                new String(resource("all-minilm-l6-v2-q-tokenizer.json"), StandardCharsets.UTF_8));
        TokenizersLibrary.LIB.disableTruncation(tokenizer);
        TokenizersLibrary.LIB.disablePadding(tokenizer);
        try {
            return new MiniLm(workers, threads, OnnxSession.open(resource("all-minilm-l6-v2-q.onnx")), tokenizer);
        } catch (OrtException | IOException | RuntimeException | Error e) {
            TokenizersLibrary.LIB.deleteTokenizer(tokenizer);
            throw e;
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MiniLm.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is not packed");
            }
            return in.readAllBytes();
        }
    }

    /** Begins to make the text's vector, of length one, so that the product of two vectors is their cosine. */
    Future<float[]> begin(String text) {
        return using(() -> workers.submit(() -> using(() -> run(text))));
    }

    private float[] run(String text) {
        long[] tokens = tokens(text);
        if (tokens.length > MAX_TOKENS) {
            long end = tokens[tokens.length - 1];
            tokens = Arrays.copyOf(tokens, MAX_TOKENS);
            tokens[MAX_TOKENS - 1] = end;
        }
        try {
            return mean(session.run(tokens));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on a text", e);
        }
    }

    /** The vectors of the texts, in their order. */
    List<float[]> vectors(List<String> texts) throws InterruptedException {
        List<Future<float[]>> begun = texts.stream().map(this::begin).toList();
        List<float[]> vectors = new ArrayList<>();
        for (Future<float[]> vector : begun) {
            vectors.add(result(vector));
        }
        return vectors;
    }

    /** The vector of one text. */
    float[] vector(String text) throws InterruptedException {
        return result(begin(text));
    }

    /** What {@link #begin} began. */
    static float[] result(Future<float[]> vector) throws InterruptedException {
        try {
            return vector.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** How many tokens the text has, the two that mark its ends included. */
    int count(String text) {
        return using(() -> tokens(text).length);
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        try {
            return Response.from(
                    vectors(segments.stream().map(TextSegment::text).toList()).stream()
                            .map(Embedding::from)
                            .toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the model was at work", e);
        }
    }

    @Override
    protected Integer knownDimension() {
        return DIMENSION;
    }

    private long[] tokens(String text) {
        long encoding = TokenizersLibrary.LIB.encode(tokenizer, text, true);
        try {
            return TokenizersLibrary.LIB.getTokenIds(encoding);
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    private static float[] mean(float[][] vectors) {
        float[] sum = new float[DIMENSION];
        for (float[] vector : vectors) {
            for (int i = 0; i < DIMENSION; i++) {
                sum[i] += vector[i];
            }
        }
        double square = 0;
        for (float value : sum) {
            square += value * value;
        }
        float length = (float) Math.sqrt(square);
        for (int i = 0; i < DIMENSION; i++) {
            sum[i] /= length;
        }
        return sum;
    }

    /**
     * Waits for the texts that are in the model, then ends the threads and frees all memory outside the heap. A second call
     * does nothing.
     */
    @Override
    public void close() throws InterruptedException {
        use.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            use.writeLock().unlock();
        }
        // From here on nobody is inside, and whoever waits is refused.
        TokenizersLibrary.LIB.deleteTokenizer(tokenizer);
        Future<Void> ended = workers.submit(() -> {
            session.close();
            return null;
        });
        workers.shutdown();
        try {
            ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("ONNX Runtime could not be closed", e.getCause());
        }
        awaitThreads();
    }

    /** A pool has "terminated" a moment before its threads are gone, and a host that looks then would see them. */
    private void awaitThreads() throws InterruptedException {
        long until = System.nanoTime() + TO_END.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                throw new IllegalStateException(
                        "The threads of the model have not ended within " + TO_END.toSeconds() + " seconds");
            }
        }
    }

    private <T> T using(Supplier<T> call) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The embedding model is closed");
            }
            return call.get();
        } finally {
            use.readLock().unlock();
        }
    }
}
