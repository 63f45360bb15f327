package org.copilotframework.storage.dynamodb;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An HTTP proxy in front of DynamoDB Local that gives some answers itself: those that only the real service gives. */
final class AnsweringProxy implements AutoCloseable {
    /** What the proxy says itself. */
    record Answer(int status, String body) {
        static Answer error(String code) {
            return new Answer(400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + code + "\"}");
        }

        /** A transaction was canceled for these reasons, one of each item. */
        static Answer canceled(String... reasons) {
            String list = Stream.of(reasons)
                    .map(code -> "{\"Code\":\"" + code + "\"}")
                    .collect(Collectors.joining(","));
            return new Answer(
                    400,
                    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":\"canceled\","
                            + "\"CancellationReasons\":[" + list + "]}");
        }
    }

    /** Decides who answers. */
    interface Rule {
        /** What to say to a request of an operation, the {@code number}th that came; empty to pass it on. */
        Optional<Answer> answer(String operation, int number, String body);
    }

    private final int upstream;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile Rule rule = (operation, number, body) -> Optional.empty();

    AnsweringProxy(int upstream) {
        this.upstream = upstream;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** From now on, counting from 1 again. */
    void rule(Rule next) {
        requests.set(0);
        bytes.set(0);
        rule = next;
    }

    void passAll() {
        rule((operation, number, body) -> Optional.empty());
    }

    /** How many requests came since the rule was given. */
    int requests() {
        return requests.get();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    /** How many bytes the answers had in all since the rule was given. */
    long bytes() {
        return bytes.get();
    }

    TableUnderTest table(String name, Map<String, String> settings) {
        return TableUnderTest.at(DynamoLocal.url(name, server.getAddress().getPort()))
                .with(settings);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String operation = target.substring(target.indexOf('.') + 1);
            Answer answer = rule.answer(operation, requests.incrementAndGet(), new String(body, StandardCharsets.UTF_8))
                    .orElse(null);
            if (answer == null) {
                pass(exchange, body, target);
            } else {
                say(exchange, answer.status(), answer.body().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void pass(HttpExchange exchange, byte[] body, String target) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + upstream))
                .header("X-Amz-Target", target)
                .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
                .header("X-Amz-Date", exchange.getRequestHeaders().getFirst("X-Amz-Date"))
                .header("Content-Type", "application/x-amz-json-1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            say(exchange, response.statusCode(), response.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private void say(HttpExchange exchange, int status, byte[] body) throws IOException {
        bytes.addAndGet(body.length);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
