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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The sentence encoder all-MiniLM-L6-v2 (quantised) of LangChain4j's artifact, as a LangChain4j embedding model that
 * can be closed.
 *
 * <p>LangChain4j's own class keeps the session and the tokenizer in a static field for ever. It also cuts every text
 * after 128 tokens, for that is the limit in the tokenizer's file; the model was made for 256, and that is the limit
 * here. For texts that both see whole, both give the same vectors; a test holds them together.
 *
 * <p>Each text is run by itself: the quantised model scales its numbers by the batch, so that a text's vector would
 * depend on its neighbours, and an index made step by step would differ from one made at once. Callers that want both
 * cores call from two threads. Thread-safe; a call after {@link #close} throws {@link IllegalStateException}.
 */
final class MiniLm extends DimensionAwareEmbeddingModel implements AutoCloseable {
    /** What the vectors mean; vectors of two models are not comparable. */
    static final String ID = "all-minilm-l6-v2-q/256";

    static final int DIMENSION = 384;
    static final int MAX_TOKENS = 256;

    private final OnnxSession session;
    private final long tokenizer;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private MiniLm(OnnxSession session, long tokenizer) {
        this.session = session;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads the machine code and the model. Takes about half a second the first time.
     *
     * @param directory where the machine code is unpacked for a moment
     */
    static MiniLm open(Path directory) throws IOException {
        Natives.load(directory);
        long tokenizer = TokenizersLibrary.LIB.createTokenizerFromString(
                new String(resource("all-minilm-l6-v2-q-tokenizer.json"), StandardCharsets.UTF_8));
        TokenizersLibrary.LIB.disableTruncation(tokenizer);
        TokenizersLibrary.LIB.disablePadding(tokenizer);
        try {
            return new MiniLm(OnnxSession.open(resource("all-minilm-l6-v2-q.onnx")), tokenizer);
        } catch (OrtException e) {
            TokenizersLibrary.LIB.deleteTokenizer(tokenizer);
            throw new IOException("The model cannot be loaded", e);
        } catch (IOException | RuntimeException | Error e) {
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

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return Response.from(segments.stream()
                .map(segment -> Embedding.from(vector(segment.text())))
                .toList());
    }

    /** The text's direction, of length one, so that the product of two vectors is their cosine. */
    float[] vector(String text) {
        return using(() -> {
            long[] tokens = tokens(text);
            if (tokens.length > MAX_TOKENS) {
                long end = tokens[tokens.length - 1];
                tokens = Arrays.copyOf(tokens, MAX_TOKENS);
                tokens[MAX_TOKENS - 1] = end;
            }
            return mean(session.run(tokens));
        });
    }

    /** How many tokens the text has, the two that mark its ends included. */
    int count(String text) {
        return using(() -> tokens(text).length);
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

    @Override
    protected Integer knownDimension() {
        return DIMENSION;
    }

    /** Waits for the calls that are inside, then frees all memory outside the heap. A second call does nothing. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            TokenizersLibrary.LIB.deleteTokenizer(tokenizer);
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not be closed", e);
        } finally {
            use.writeLock().unlock();
        }
    }

    private <T> T using(Call<T> call) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The embedding model is closed");
            }
            return call.run();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed", e);
        } finally {
            use.readLock().unlock();
        }
    }

    private interface Call<T> {
        T run() throws OrtException;
    }
}
