package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the fake takes content: in one request, or in many that follow each other. */
final class FakeUploads {
    // Such as bytes 0-9/*, bytes 10-19/20, bytes */20, bytes */*.
    private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+|\\*)");

    private final Gson gson = new Gson();
    private final FakeObjects objects;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<String, String> done = new ConcurrentHashMap<>();
    private final AtomicInteger lastSession = new AtomicInteger();
    private final AtomicBoolean losing = new AtomicBoolean();

    FakeUploads(FakeObjects objects) {
        this.objects = objects;
    }

    private record Session(
            String bucket,
            String name,
            Map<String, String> query,
            JsonObject resource,
            ByteArrayOutputStream content) {}

    /** Uploads that are neither done nor cancelled. */
    int open() {
        return sessions.size();
    }

    /** The next that is done in several requests has no answer. */
    void loseTheLast() {
        losing.set(true);
    }

    void begin(HttpExchange exchange, URI url, String bucket, Map<String, String> query, byte[] body)
            throws IOException {
        if (!bucket.equals(GcsFake.BUCKET)) {
            GcsFake.refuse(exchange, 404, "notFound");
        } else if ("resumable".equals(query.get("uploadType"))) {
            JsonObject resource = gson.fromJson(new String(body, UTF_8), JsonObject.class);
            String id = Integer.toString(lastSession.incrementAndGet());
            String name = query.containsKey("name")
                    ? query.get("name")
                    : resource.get("name").getAsString();
            sessions.put(id, new Session(bucket, name, query, resource, new ByteArrayOutputStream()));
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            url + "/upload/storage/v1/b/" + bucket + "/o?uploadType=resumable&upload_id=" + id);
            GcsFake.send(exchange, 200, "");
        } else {
            List<byte[]> parts = parts(exchange, body);
            JsonObject resource = gson.fromJson(new String(parts.get(0), UTF_8), JsonObject.class);
            finish(exchange, bucket, resource.get("name").getAsString(), query, resource, parts.get(1));
        }
    }

    void resume(HttpExchange exchange, String id, byte[] body) throws IOException {
        Session session = sessions.get(id);
        if (exchange.getRequestMethod().equals("DELETE")) {
            GcsFake.refuse(exchange, sessions.remove(id) == null ? 404 : 499, "cancelled");
            return;
        } else if (session == null) {
            String made = done.get(id);
            GcsFake.send(exchange, made == null ? 404 : 200, made == null ? GcsFake.error(404, "notFound") : made);
            return;
        }
        Matcher range = RANGE.matcher(exchange.getRequestHeaders().getFirst("Content-Range"));
        if (!range.matches()) {
            GcsFake.refuse(exchange, 400, "badRange");
            return;
        }
        ByteArrayOutputStream content = session.content();
        if (range.group(1) != null) {
            int already = content.size() - Integer.parseInt(range.group(1));
            if (already < 0 || already > body.length) {
                GcsFake.refuse(exchange, 503, "gap");
                return;
            }
            content.write(body, already, body.length - already);
        }
        if (!range.group(2).equals("*")) {
            sessions.remove(id);
            String made = finish(
                    losing.getAndSet(false) ? null : exchange,
                    session.bucket(),
                    session.name(),
                    session.query(),
                    session.resource(),
                    content.toByteArray());
            if (made != null) {
                done.put(id, made);
            }
            return;
        }
        if (content.size() > 0) {
            exchange.getResponseHeaders().set("Range", "bytes=0-" + (content.size() - 1));
        }
        GcsFake.send(exchange, 308, null);
    }

    /** Null if the condition does not hold. Without an exchange nothing is answered. */
    private String finish(
            HttpExchange exchange,
            String bucket,
            String name,
            Map<String, String> query,
            JsonObject resource,
            byte[] content)
            throws IOException {
        FakeObjects.Version made = objects.put(bucket, name, query, resource, content);
        if (exchange != null) {
            GcsFake.send(
                    exchange,
                    made == null ? 412 : 200,
                    made == null ? GcsFake.error(412, "conditionNotMet") : made.json());
        }
        return made == null ? null : made.json();
    }

    /** The contents of the parts of a body. */
    static List<byte[]> parts(HttpExchange exchange, byte[] body) {
        String boundary = exchange.getRequestHeaders().getFirst("Content-Type").replaceAll(".*boundary=\"?|\".*", "");
        List<byte[]> contents = new ArrayList<>();
        // One character for each byte.
        String text = new String(body, ISO_8859_1);
        String mark = "--" + boundary;
        int at = text.indexOf(mark);
        while (at >= 0 && !text.startsWith("--", at + mark.length())) {
            int begin = text.indexOf("\r\n\r\n", at) + 4;
            int end = text.indexOf("\r\n" + mark, begin);
            contents.add(text.substring(begin, end).getBytes(ISO_8859_1));
            at = end + 2;
        }
        return contents;
    }
}
