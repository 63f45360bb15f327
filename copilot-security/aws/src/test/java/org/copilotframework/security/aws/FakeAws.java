package org.copilotframework.security.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Answers as AWS KMS and AWS Secrets Manager do, as far as this module asks them, and can be told to fail. It encrypts, binds to the
 * context and keeps versions with their labels, and demands a signature for its region, which it does not check. It is our own
 * reading of the documentation of AWS: what runs against it shows that the client is wired rightly, and no more. For the rest there
 * are COPILOT_TEST_KMS_KEY and COPILOT_TEST_AWS_SECRET.
 */
final class FakeAws implements AutoCloseable {
    static final String REGION = "us-east-1";
    static final String ACCESS_KEY = "AKIDFAKE";
    private static final Pattern SIGNATURE = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([A-Za-z0-9]+)/[0-9]{8}/([a-z0-9-]+)/([a-z]+)/aws4_request, SignedHeaders=([^,]+),"
                    + " Signature=[0-9a-f]{64}");

    /** What was asked for, without the value of anything. */
    record Asked(String action, String named, Map<String, JsonNode> body) {
        /** Whose key is to be wrapped or unwrapped; empty if it is about another matter. */
        String tenant() {
            JsonNode context = body.get("EncryptionContext");
            return context == null
                    ? ""
                    : context.asObject().get("copilot-tenant").text();
        }
    }

    /** An error as AWS gives it. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    /** What goes wrong with a request; it may answer, or throw a refusal. */
    interface Fault {
        /** Whether it was dealt with, so that nobody else need. */
        boolean happens(HttpExchange exchange) throws IOException;
    }

    /** Which fault a request meets; null for none. */
    interface Rule {
        @Nullable
        Fault fault(Asked asked);
    }

    final FakeKms kms = new FakeKms();
    final FakeSecrets secrets = new FakeSecrets();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "fake-aws");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;
    private volatile Rule rule = any -> null;

    FakeAws() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        server.createContext("/", this::answer);
        server.setExecutor(workers);
        server.start();
        // Where the SDK looks for credentials.
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", "hidden-access-key");
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void rule(Rule next) {
        asked.clear();
        rule = next;
    }

    void well() {
        rule(any -> null);
    }

    /** What was asked since the rule was given. */
    List<Asked> asked() {
        return asked;
    }

    long count(String action) {
        return asked.stream().filter(one -> one.action().equals(action)).count();
    }

    /** For whom it was asked since the rule was given. */
    List<String> tenants(String action) {
        return asked.stream()
                .filter(one -> one.action().equals(action))
                .map(Asked::tenant)
                .toList();
    }

    static Fault error(int status, String code) {
        return error(status, code, "of the test, and it names arn:aws:sts::111122223333:assumed-role/someone");
    }

    static Fault error(int status, String code, String message) {
        return exchange -> {
            throw new Refusal(status, code, message);
        };
    }

    static Fault reset() {
        return exchange -> {
            exchange.close();
            return true;
        };
    }

    /** Until the test is over. */
    Fault hang() {
        return exchange -> {
            try {
                closed.await();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
            return true;
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        try {
            String target = header(exchange, "X-Amz-Target");
            String action = (target.startsWith("TrentService.") ? "kms:" : "secretsmanager:")
                    + target.substring(target.indexOf('.') + 1);
            demandSignature(exchange, action.substring(0, action.indexOf(':')));
            Map<String, JsonNode> said = JsonNode.parser().parse(body).asObject();
            Asked one = new Asked(
                    action,
                    Optional.ofNullable(said.getOrDefault("KeyId", said.get("SecretId")))
                            .map(JsonNode::text)
                            .orElse(""),
                    said);
            asked.add(one);
            Fault fault = rule.fault(one);
            if (fault != null && fault.happens(exchange)) {
                return;
            }
            send(exchange, 200, null, action.startsWith("kms:") ? kms.answer(one) : secrets.answer(one));
        } catch (Refusal refused) {
            send(
                    exchange,
                    refused.status,
                    refused.code,
                    "{\"__type\":\"" + refused.code + "\",\"message\":\"" + refused.getMessage() + "\"}");
        }
    }

    private static void demandSignature(HttpExchange exchange, String service) {
        Matcher signature = SIGNATURE.matcher(header(exchange, "Authorization"));
        if (!signature.matches() || header(exchange, "X-Amz-Date").isEmpty()) {
            throw new Refusal(400, "MissingAuthenticationTokenException", "Request is missing Authentication Token");
        } else if (!signature.group(2).equals(REGION)
                || !signature.group(3).equals(service)
                || !signature.group(4).contains("x-amz-target")) {
            throw new Refusal(
                    400, "InvalidSignatureException", "Credential should be scoped to a valid region and service");
        } else if (!signature.group(1).equals(ACCESS_KEY)) {
            throw new Refusal(
                    400, "UnrecognizedClientException", "The security token included in the request is invalid.");
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static void send(HttpExchange exchange, int status, @Nullable String code, String json) throws IOException {
        byte[] bytes = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        if (code != null) {
            exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        workers.shutdownNow();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
