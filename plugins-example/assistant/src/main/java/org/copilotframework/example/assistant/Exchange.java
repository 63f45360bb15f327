package org.copilotframework.example.assistant;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request to the endpoint. It stands in for LangChain4j's own client, which cannot be broken off before the first event, does
 * not notice when nothing more comes, and drops the header that says how long to wait.
 */
final class Exchange implements HttpClient, HttpClientBuilder, AutoCloseable {
    private final java.net.http.HttpClient http;
    private final Refusals refusals;
    private @Nullable CompletableFuture<HttpResponse<InputStream>> sent;
    private @Nullable WatchedStream body;
    private boolean closed;
    private volatile long lastSign = System.nanoTime();

    Exchange(java.net.http.HttpClient http, Refusals refusals) {
        this.http = http;
        this.refusals = refusals;
    }

    /** How long the endpoint has sent nothing. */
    Duration silence() {
        WatchedStream reading = body();
        return Duration.ofNanos(System.nanoTime() - (reading == null ? lastSign : reading.lastByte()));
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        lastSign = System.nanoTime();
        CompletableFuture<HttpResponse<InputStream>> sending =
                http.sendAsync(forJdk(request), HttpResponse.BodyHandlers.ofInputStream());
        synchronized (this) {
            sent = sending;
        }
        sending.thenAccept(response -> read(response, parser, listener)).exceptionally(thrown -> {
            listener.onError(thrown);
            return null;
        });
    }

    private void read(
            HttpResponse<InputStream> response, ServerSentEventParser parser, ServerSentEventListener listener) {
        WatchedStream stream = new WatchedStream(response.body());
        synchronized (this) {
            body = stream;
            if (closed) {
                stream.abandon();
                return;
            }
        }
        refusals.check(response, stream);
        listener.onOpen(SuccessfulHttpResponse.builder()
                .statusCode(response.statusCode())
                .headers(response.headers().map())
                .build());
        parser.parse(stream, new Relay(listener));
        listener.onClose();
    }

    private static java.net.http.HttpRequest forJdk(HttpRequest request) {
        java.net.http.HttpRequest.Builder builder = java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
        return builder.build();
    }

    private synchronized @Nullable WatchedStream body() {
        return body;
    }

    /** Closes the connection, wherever the exchange has come; does nothing if it has ended. */
    @Override
    public synchronized void close() {
        closed = true;
        if (body != null) {
            body.abandon();
        } else if (sent != null) {
            sent.cancel(true);
        }
    }

    /** Some endpoints begin with the status 200 and tell of their trouble among the events. */
    private final class Relay implements ServerSentEventListener {
        private final ServerSentEventListener listener;

        Relay(ServerSentEventListener listener) {
            this.listener = listener;
        }

        @Override
        public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
            String data = event.data();
            EndpointFault trouble = data == null ? null : refusals.among(data);
            if (trouble == null) {
                listener.onEvent(event, context);
            } else {
                listener.onError(trouble);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            listener.onError(thrown);
        }
    }

    /** Not used: an answer is always streamed. */
    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        throw new UnsupportedOperationException("answers are streamed");
    }

    @Override
    public HttpClient build() {
        return this;
    }

    /** There is no such limit but the settings' idle-timeout. */
    @Override
    public @Nullable Duration connectTimeout() {
        return null;
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
        return this;
    }

    @Override
    public @Nullable Duration readTimeout() {
        return null;
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
        return this;
    }
}
