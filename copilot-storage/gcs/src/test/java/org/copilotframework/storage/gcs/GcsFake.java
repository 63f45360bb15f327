package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.copilotframework.storage.tck.blob.FaultyServer;

/**
 * A fake of Google Cloud Storage: as much of its JSON API as the store uses, in memory, by one who has read the documentation. It
 * proves that the store and Google's client fit together and what the store does with each answer; it does not prove that the
 * service answers like this. For that the kit runs on a real bucket, which COPILOT_TEST_GCS_URL names.
 */
final class GcsFake implements AutoCloseable {
    static final String BUCKET = "files-of-agents";

    private static final Pattern ONE = Pattern.compile("(?:/download)?/storage/v1/b/([^/]+)/o/([^/]+)");
    private static final Pattern ALL = Pattern.compile("/storage/v1/b/([^/]+)/o");
    private static final Pattern UPLOAD = Pattern.compile("/upload/storage/v1/b/([^/]+)/o");

    private final Gson gson = new Gson();
    private final FakeObjects objects = new FakeObjects();
    private final FakeUploads uploads = new FakeUploads(objects);
    private final FaultyServer server;
    private final FakeTokens tokens = new FakeTokens();

    GcsFake() throws IOException {
        server = new FaultyServer(GcsFake::method, this::answer);
    }

    /** Which notes the requests, and answers badly if it is told to. */
    FaultyServer server() {
        return server;
    }

    URI url() {
        return server.url();
    }

    FakeObjects objects() {
        return objects;
    }

    FakeTokens tokens() {
        return tokens;
    }

    FakeUploads uploads() {
        return uploads;
    }

    static FaultyServer.Answer status(int status, String reason) {
        return exchange -> {
            exchange.getRequestBody().readAllBytes();
            send(exchange, status, error(status, reason));
        };
    }

    /** The JDK's connections know no PATCH, so the client sends a POST that says what it is, as the service permits. */
    private static String method(HttpExchange exchange) {
        String meant = exchange.getRequestHeaders().getFirst("X-HTTP-Method-Override");
        return meant == null ? exchange.getRequestMethod() : meant;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        Map<String, String> query = FaultyServer.query(exchange);
        if (path.equals("/token")) {
            tokens.answer(exchange);
            return;
        } else if (query.containsKey("X-Goog-Signature")) {
            signed(exchange, path, query);
            return;
        } else if (!tokens.accepts(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getRequestBody().readAllBytes();
            send(exchange, 401, error(401, "authError"));
            return;
        }
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        InputStream sent = exchange.getRequestBody();
        byte[] body = (packed ? new GZIPInputStream(sent) : sent).readAllBytes();
        Matcher one = ONE.matcher(path);
        Matcher all = ALL.matcher(path);
        Matcher upload = UPLOAD.matcher(path);
        if (path.equals("/batch/storage/v1")) {
            batch(exchange, body);
        } else if (upload.matches() && query.containsKey("upload_id")) {
            uploads.resume(exchange, query.get("upload_id"), body);
        } else if (upload.matches()) {
            uploads.begin(exchange, url(), FaultyServer.decoded(upload.group(1)), query, body);
        } else if (all.matches()) {
            list(exchange, FaultyServer.decoded(all.group(1)), query);
        } else if (one.matches()) {
            one(exchange, FaultyServer.decoded(one.group(1)), FaultyServer.decoded(one.group(2)), query, body);
        } else {
            send(exchange, 501, error(501, "notInTheFake"));
        }
    }

    private void one(HttpExchange exchange, String bucket, String name, Map<String, String> query, byte[] body)
            throws IOException {
        switch (method(exchange)) {
            case "GET" -> {
                FakeObjects.Version found = objects.get(bucket, name, query);
                if (found != null && "media".equals(query.get("alt"))) {
                    media(exchange, found);
                } else {
                    send(exchange, found == null ? 404 : 200, found == null ? error(404, "notFound") : found.json());
                }
            }
            case "PATCH" -> {
                int status =
                        objects.patch(bucket, name, query, gson.fromJson(new String(body, UTF_8), JsonObject.class));
                send(
                        exchange,
                        status,
                        status == 200 ? objects.get(bucket, name, Map.of()).json() : error(status, "x"));
            }
            case "DELETE" -> {
                int status = objects.delete(bucket, name, query);
                send(exchange, status, status == 204 ? null : error(status, "notFound"));
            }
            default -> send(exchange, 501, error(501, "notInTheFake"));
        }
    }

    private static void media(HttpExchange exchange, FakeObjects.Version found) throws IOException {
        exchange.getResponseHeaders().set("x-goog-generation", Long.toString(found.generation()));
        exchange.getResponseHeaders().set("Content-Type", found.type());
        String range = exchange.getRequestHeaders().getFirst("Range");
        FaultyServer.sendContent(exchange, range, found.content(), status(416, "requestedRangeNotSatisfiable"));
    }

    private void list(HttpExchange exchange, String bucket, Map<String, String> query) throws IOException {
        String listed = objects.list(bucket, query);
        send(exchange, listed == null ? 404 : 200, listed == null ? error(404, "notFound") : listed);
    }

    /** Deletions only. */
    private void batch(HttpExchange exchange, byte[] body) throws IOException {
        List<byte[]> parts = FakeUploads.parts(exchange, body);
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String request = new String(parts.get(i), ISO_8859_1);
            Matcher line = Pattern.compile("DELETE (?:https?://[^/]+)?([^ ?]+)\\S* HTTP")
                    .matcher(request);
            if (!line.find()) {
                send(exchange, 501, error(501, "notInTheFake"));
                return;
            }
            Matcher one = ONE.matcher(line.group(1));
            int status = one.matches()
                    ? objects.delete(FaultyServer.decoded(one.group(1)), FaultyServer.decoded(one.group(2)), Map.of())
                    : 404;
            answer.append("--answer\r\nContent-Type: application/http\r\nContent-ID: <response-")
                    .append(i + 1)
                    .append(">\r\n\r\nHTTP/1.1 ")
                    .append(status)
                    .append(
                            status == 204
                                    ? " No Content\r\n\r\n\r\n"
                                    : " Refused\r\nContent-Type: application/json\r\n\r\n"
                                            + error(status, status == 404 ? "notFound" : "forbidden") + "\r\n");
        }
        exchange.getResponseHeaders().set("Content-Type", "multipart/mixed; boundary=answer");
        byte[] bytes = answer.append("--answer--\r\n").toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A URL that was signed: whose signature it is and until when it holds. */
    private void signed(HttpExchange exchange, String path, Map<String, String> query) throws IOException {
        String[] names = path.substring(1).split("/", 2);
        FakeObjects.Version found = tokens.signed(exchange, query)
                ? objects.get(FaultyServer.decoded(names[0]), FaultyServer.decoded(names[1]), Map.of())
                : null;
        if (found == null) {
            send(exchange, tokens.signed(exchange, query) ? 404 : 403, "");
        } else {
            media(exchange, found);
        }
    }

    static String error(int status, String reason) {
        JsonObject reasons = new JsonObject();
        reasons.addProperty("reason", reason);
        reasons.addProperty("message", "said by the fake");
        com.google.gson.JsonArray errors = new com.google.gson.JsonArray();
        errors.add(reasons);
        JsonObject error = new JsonObject();
        error.addProperty("code", status);
        error.addProperty("message", "said by the fake");
        error.add("errors", errors);
        JsonObject root = new JsonObject();
        root.add("error", error);
        return root.toString();
    }

    static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        send(exchange, status, error(status, reason));
    }

    static void send(HttpExchange exchange, int status, String json) throws IOException {
        FaultyServer.send(exchange, status, "application/json; charset=UTF-8", json);
    }

    @Override
    public void close() {
        server.close();
    }
}
