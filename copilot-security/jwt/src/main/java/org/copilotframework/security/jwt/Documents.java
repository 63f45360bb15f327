package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads what an issuer publishes: bounded in time and size, and never from where it is sent on to. */
final class Documents {
    static final int MOST_BYTES = 512 * 1_024;

    private final HttpClient client;

    Documents(Duration timeout) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** The server has answered something else than the document. */
    static final class OtherAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        OtherAnswerException(URI from, int status) {
            super(from + " answers with the status " + status);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * Reads one.
     *
     * @param until the time, by {@link System#nanoTime}, by which it must be there as a whole
     * @throws IOException if it cannot be had
     * @throws InterruptedException if the thread is to end
     */
    String read(URI from, long until) throws IOException, InterruptedException {
        long left = Math.max(1, until - System.nanoTime());
        HttpRequest request = HttpRequest.newBuilder(from)
                .timeout(Duration.ofNanos(left))
                .header("Accept", "application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(request, info -> new Limited());
        try {
            HttpResponse<byte[]> answer = asked.get(left, TimeUnit.NANOSECONDS);
            if (answer.statusCode() != 200) {
                throw new OtherAnswerException(from, answer.statusCode());
            }
            return new String(answer.body(), UTF_8);
        } catch (TimeoutException late) {
            throw late(from, late);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof HttpTimeoutException) {
                throw late(from, failed);
            }
            throw new IOException(from + " cannot be read: " + failed.getCause(), failed);
        } finally {
            // Ends what is still under way; an answer that is there stays.
            asked.cancel(true);
        }
    }

    private static IOException late(URI from, Exception why) {
        return new IOException(from + " does not answer in time (copilot.security.jwt.timeout)", why);
    }

    /** Collects a body, and breaks off when it is too long. */
    private static final class Limited implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (bytes.size() + buffer.remaining() > MOST_BYTES) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    body.completeExceptionally(new IOException("it is longer than " + MOST_BYTES + " bytes"));
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.write(part, 0, part.length);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
