package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.storage.tck.blob.FaultyServer;

/**
 * A fake of Azure Blob Storage: as much of it as the store uses, in memory, by one who has read the documentation, with a look at the
 * signatures of URLs only. It is there so that faults can be had at will, and so that a build without Azurite tests something; what the service
 * really promises is tried on Azurite ({@link AzureKitTest}).
 */
final class AzureFake implements AutoCloseable {
    private final FakeBlobs blobs = new FakeBlobs();
    private final FaultyServer server;
    private volatile boolean hierarchical;

    AzureFake() throws IOException {
        server = new FaultyServer(this::answer);
    }

    /** Which notes the requests, and answers badly if it is told to. */
    FaultyServer server() {
        return server;
    }

    URI endpoint() {
        return server.url().resolve("/" + Azurite.ACCOUNT);
    }

    FakeBlobs blobs() {
        return blobs;
    }

    /** From now on the account is one of Data Lake Storage. */
    void becomeHierarchical() {
        hierarchical = true;
    }

    static FaultyServer.Answer status(int status, String code) {
        return exchange -> {
            exchange.getRequestBody().readAllBytes();
            error(exchange, status, code);
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", 3);
        Map<String, String> query = FaultyServer.query(exchange);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null && !query.containsKey("sig")) {
            error(exchange, 401, "NoAuthenticationInformation");
        } else if (query.containsKey("se")
                && OffsetDateTime.parse(query.get("se")).isBefore(OffsetDateTime.now())) {
            error(exchange, 403, "AuthenticationFailed");
        } else if (query.containsKey("sig") && !query.get("sig").equals(signature(path, query))) {
            error(exchange, 403, "AuthenticationFailed");
        } else if (!path[1].equals(AzureUnderTest.CONTAINER)) {
            error(exchange, 404, "ContainerNotFound");
        } else if ("account".equals(query.get("restype"))) {
            exchange.getResponseHeaders().set("x-ms-sku-name", "Standard_LRS");
            exchange.getResponseHeaders().set("x-ms-account-kind", "StorageV2");
            exchange.getResponseHeaders().set("x-ms-is-hns-enabled", Boolean.toString(hierarchical));
            send(exchange, 200, null);
        } else if (path.length < 3) {
            list(exchange, query);
        } else {
            one(exchange, FaultyServer.decoded(path[2]), query, body);
        }
    }

    /** Of the one blob that a URL is for, by the account's key. */
    private static String signature(String[] path, Map<String, String> query) {
        StringBuilder signed = new StringBuilder();
        for (String field : "sp st se / si sip spr sv sr snapshot ses rscc rscd rsce rscl rsct".split(" ")) {
            signed.append(signed.isEmpty() ? "" : "\n")
                    .append(
                            field.equals("/")
                                    ? "/blob/" + path[0] + "/" + path[1] + "/" + FaultyServer.decoded(path[2])
                                    : query.getOrDefault(field, ""));
        }
        return new com.azure.storage.common.StorageSharedKeyCredential(Azurite.ACCOUNT, Azurite.KEY)
                .computeHmac256(signed.toString());
    }

    private void one(HttpExchange exchange, String name, Map<String, String> query, byte[] body) throws IOException {
        Headers asked = exchange.getRequestHeaders();
        String comp = query.getOrDefault("comp", "");
        switch (exchange.getRequestMethod() + " " + comp) {
            case "PUT block" -> {
                blobs.stage(name, query.get("blockid"), body);
                send(exchange, 201, null);
            }
            case "PUT blocklist" -> {
                List<String> ids = new ArrayList<>();
                Matcher block = Pattern.compile("<Latest>([^<]+)</Latest>").matcher(new String(body, UTF_8));
                while (block.find()) {
                    ids.add(block.group(1));
                }
                made(exchange, blobs.commit(name, ids, asked));
            }
            case "PUT " -> made(exchange, blobs.put(name, body, asked));
            case "DELETE " -> {
                String refused = blobs.delete(name, asked);
                if (refused == null) {
                    send(exchange, 202, null);
                } else {
                    error(exchange, refused.equals("BlobNotFound") ? 404 : 412, refused);
                }
            }
            default -> read(exchange, blobs.get(name), asked);
        }
    }

    private void made(HttpExchange exchange, FakeBlobs.Outcome outcome) throws IOException {
        if (outcome.refused() == null) {
            describe(exchange, outcome.blob());
            send(exchange, 201, null);
        } else {
            error(exchange, outcome.status(), outcome.refused());
        }
    }

    private static void describe(HttpExchange exchange, FakeBlobs.Stored blob) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("ETag", blob.etag());
        headers.set("Last-Modified", blob.modified());
        headers.set("x-ms-request-server-encrypted", "true");
    }

    private void read(HttpExchange exchange, FakeBlobs.Stored blob, Headers asked) throws IOException {
        String match = asked.getFirst("If-Match");
        if (blob == null) {
            error(exchange, 404, "BlobNotFound");
            return;
        } else if (match != null && !match.equals(blob.etag())) {
            error(exchange, 412, "ConditionNotMet");
            return;
        }
        describe(exchange, blob);
        Headers headers = exchange.getResponseHeaders();
        blob.metadata().forEach((key, value) -> headers.set("x-ms-meta-" + key, value));
        headers.set("x-ms-blob-type", "BlockBlob");
        headers.set("Content-Type", blob.type());
        byte[] content = blob.content();
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = asked.getFirst("x-ms-range") == null ? asked.getFirst("Range") : asked.getFirst("x-ms-range");
        FaultyServer.sendContent(exchange, range, content, status(416, "InvalidRange"));
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        int most = Integer.parseInt(query.getOrDefault("maxresults", "5000"));
        String marker = query.getOrDefault("marker", "");
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
        String next = "";
        int listed = 0;
        for (FakeBlobs.Stored blob :
                blobs.from(query.getOrDefault("startFrom", ""), query.getOrDefault("prefix", ""))) {
            if (blob.name().compareTo(marker) < 0) {
                continue;
            } else if (listed == most) {
                next = blob.name();
                break;
            }
            listed++;
            xml.append("<Blob><Name>")
                    .append(escaped(blob.name()))
                    .append("</Name><Properties><Last-Modified>")
                    .append(blob.modified())
                    .append("</Last-Modified><Etag>")
                    .append(blob.etag().replace("\"", ""))
                    .append("</Etag><Content-Length>")
                    .append(blob.content().length)
                    .append("</Content-Length><BlobType>BlockBlob</BlobType></Properties><Metadata>");
            if ("metadata".equals(query.get("include"))) {
                blob.metadata().forEach((key, value) -> xml.append("<%1$s>%2$s</%1$s>".formatted(key, escaped(value))));
            }
            xml.append("</Metadata></Blob>");
        }
        xml.append("</Blobs><NextMarker>").append(escaped(next)).append("</NextMarker></EnumerationResults>");
        send(exchange, 200, xml.toString());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    static void error(HttpExchange exchange, int status, String code) throws IOException {
        exchange.getResponseHeaders().set("x-ms-error-code", code);
        byte[] xml = ("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code
                        + "</Code><Message>said by the fake of canary-in-a-message</Message></Error>")
                .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : xml.length);
        if (!head) {
            exchange.getResponseBody().write(xml);
        }
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        FaultyServer.send(exchange, status, "application/xml", xml);
    }

    @Override
    public void close() {
        server.close();
    }
}
