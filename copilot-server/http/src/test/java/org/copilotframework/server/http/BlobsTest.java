package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files go up and down by HTTP. */
class BlobsTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LARGE = 24 << 20;

    @TempDir
    static Path home;

    private static final List<AuditEntry> AUDITED = new CopyOnWriteArrayList<>();

    private static TestServer server;
    private static TestServer all;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys()
                .with("all", "root", "acme", "*")
                .with("read", "alice", "acme", "blobs:read")
                .with("write", "bob", "acme", "blobs:write")
                .with("other", "eve", "evil", "*");
        server = TestServer.start(
                home,
                builder -> builder.authenticator(keys).audit(AUDITED::add).setting("copilot.blobs.max-bytes", "32MiB"),
                settings -> new HttpSettings(
                        settings.host(),
                        settings.port(),
                        40,
                        settings.streams(),
                        settings.bodyBytes(),
                        settings.archiveBytes(),
                        settings.headerBytes(),
                        settings.idleTimeout(),
                        settings.keepAlive(),
                        settings.drainDelay(),
                        Duration.ofMillis(100),
                        settings.corsOrigins()));
        all = server.as("all");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TestServer.Reply put(TestServer as, String name, String content, String... headers) {
        HttpRequest.Builder request = as.request("/v1/blobs/" + name).PUT(BodyPublishers.ofString(content));
        return as.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static TestServer.Reply get(String name, String... headers) {
        HttpRequest.Builder request = all.request("/v1/blobs/" + name).GET();
        return all.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static byte[] large() {
        byte[] content = new byte[LARGE];
        new Random(7).nextBytes(content);
        return content;
    }

    @Test
    void aFileGoesUpAndComesDownAsItWas() {
        TestServer.Reply written = put(all, "notes/a.txt", "hello", "Content-Type", "text/plain");
        assertThat(written.status()).as(written.body()).isEqualTo(200);
        assertThat(written.at("/name")).isEqualTo("notes/a.txt");
        assertThat(written.at("/size")).isEqualTo(5L);

        TestServer.Reply read = get("notes/a.txt");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("hello");
        assertThat(read.header("Content-Type")).isEqualTo("text/plain");
        assertThat(read.header("Content-Length")).isEqualTo("5");
        assertThat(read.header("ETag")).isNotEmpty().isEqualTo(written.header("ETag"));
        assertThat(read.header("Last-Modified")).endsWith("GMT");
        assertThat(read.header("Repr-Digest")).isEqualTo("sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:");

        assertThat(all.delete("/v1/blobs/notes/a.txt").status()).isEqualTo(204);
        assertThat(all.delete("/v1/blobs/notes/a.txt").status()).isEqualTo(404);
        assertThat(get("notes/a.txt").status()).isEqualTo(404);
    }

    @Test
    void aNameMayHaveWhateverCharactersItHasOnceTheyAreEncoded() throws IOException {
        for (Map.Entry<String, String> one : Map.of(
                        "odd/a%2Fb.txt", "odd/a/b.txt",
                        "odd/a%20b+c.txt", "odd/a b+c.txt",
                        "odd/100%25.txt", "odd/100%.txt",
                        "odd/q%3Fx%23y.txt", "odd/q?x#y.txt")
                .entrySet()) {
            assertThat(put(all, one.getKey(), "x").at("/name")).isEqualTo(one.getValue());
            assertThat(get(one.getKey()).body()).isEqualTo("x");
            assertThat(server.orchestrator.blobs().stat(new TenantId("acme"), one.getValue()))
                    .isPresent();
        }
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        for (String name : List.of("%2e%2e/x", "a/%2e%2e/x", "a//x", "a/", "%2Fetc", "a%00b", "a%0Ab", "%C3%A4")) {
            assertThat(put(all, name, "x").status()).as(name).isIn(400, 404);
            assertThat(get(name).status()).as(name).isIn(400, 404);
        }
    }

    @Test
    void aListComesInPages() {
        List.of("a", "b", "c").forEach(name -> put(all, "list/" + name, name));

        TestServer.Reply first = all.get("/v1/blobs?prefix=list/&limit=2");
        assertThat(first.at("/blobs/0/name")).isEqualTo("list/a");
        assertThat(first.at("/blobs/1/size")).isEqualTo(1L);
        TestServer.Reply second = all.get("/v1/blobs?prefix=list/&limit=2&after=" + first.at("/next"));
        assertThat(second.at("/blobs/0/name")).isEqualTo("list/c");
        assertThat(second.at("/next")).isNull();
    }

    @Test
    void partsAreSentAsTheyAreAskedFor() {
        put(all, "digits", "0123456789");
        Map<String, String> parts = Map.of(
                "bytes=0-0", "0",
                "bytes=2-4", "234",
                "bytes=7-", "789",
                "bytes=-3", "789",
                "bytes=-30", "0123456789",
                "bytes=8-99", "89");
        parts.forEach((range, content) -> {
            TestServer.Reply reply = get("digits", "Range", range);
            assertThat(reply.status()).as(range).isEqualTo(206);
            assertThat(reply.body()).as(range).isEqualTo(content);
            assertThat(reply.header("Content-Length")).isEqualTo(Integer.toString(content.length()));
            int from = "0123456789".indexOf(content);
            assertThat(reply.header("Content-Range"))
                    .isEqualTo("bytes " + from + "-" + (from + content.length() - 1) + "/10");
        });
        for (String other : List.of("bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b")) {
            assertThat(get("digits", "Range", other).body()).as(other).isEqualTo("0123456789");
        }
        for (String none : List.of("bytes=10-", "bytes=99-100", "bytes=-0")) {
            TestServer.Reply reply = get("digits", "Range", none);
            assertThat(reply.status()).as(none).isEqualTo(416);
            assertThat(reply.header("Content-Range")).isEqualTo("bytes */10");
        }
        String tag = get("digits").header("ETag");
        assertThat(get("digits", "Range", "bytes=0-0", "If-Range", tag).status())
                .isEqualTo(206);
        assertThat(get("digits", "Range", "bytes=0-0", "If-Range", "\"other\"").body())
                .isEqualTo("0123456789");
    }

    @Test
    void conditionsHold() {
        String first = put(all, "conditions", "1", "If-None-Match", "*").header("ETag");
        assertThat(put(all, "conditions", "2", "If-None-Match", "*").status()).isEqualTo(412);
        assertThat(get("conditions").body()).isEqualTo("1");
        assertThat(get("conditions", "If-None-Match", first).status()).isEqualTo(304);

        String second = put(all, "conditions", "2", "If-Match", first).header("ETag");
        assertThat(second).isNotEmpty().isNotEqualTo(first);
        assertThat(put(all, "conditions", "3", "If-Match", first).status()).isEqualTo(412);
        assertThat(get("conditions", "If-None-Match", first).body()).isEqualTo("2");
        HttpRequest.Builder stale = all.request("/v1/blobs/conditions").DELETE().header("If-Match", first);
        assertThat(all.send(stale).status()).isEqualTo(412);
        HttpRequest.Builder fresh = all.request("/v1/blobs/conditions").DELETE().header("If-Match", second);
        assertThat(all.send(fresh).status()).isEqualTo(204);
        assertThat(put(all, "conditions", "3", "If-None-Match", "\"x\"").status())
                .isEqualTo(400);
    }

    @Test
    void theHeadersComeWithoutTheContent() throws IOException, InterruptedException {
        put(all, "head", "12345", "Content-Type", "application/pdf");
        HttpRequest head = all.request("/v1/blobs/head")
                .method("HEAD", BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = CLIENT.send(head, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Length")).contains("5");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/pdf");
        assertThat(response.headers().firstValue("ETag")).isPresent();
        assertThat(response.body()).isEmpty();
    }

    @Test
    void anEmptyFileIsOneToo() {
        put(all, "empty", "");

        assertThat(get("empty").status()).isEqualTo(200);
        assertThat(get("empty").body()).isEmpty();
        assertThat(get("empty", "Range", "bytes=0-").status()).isEqualTo(416);
    }

    @Test
    void aPageThatSomebodyHasUploadedIsNoPageOfOurs() {
        put(all, "pages/evil%20%22.html", "<script>", "Content-Type", "text/html");
        TestServer.Reply page = get("pages/evil%20%22.html");

        assertThat(page.header("Content-Type")).isEqualTo("text/html");
        assertThat(page.header("Content-Disposition")).isEqualTo("attachment; filename*=UTF-8''evil%20%22.html");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Content-Security-Policy")).startsWith("sandbox;");
        assertThat(put(all, "pages/b", "x", "Content-Type", "no type").status()).isEqualTo(400);
    }

    @Test
    void whatIsTooLargeIsRefusedAndNotStored() throws IOException, InterruptedException {
        InputStream endless = new InputStream() {
            private long left = 40L << 20;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int some = (int) Math.min(left, length);
                left -= some;
                return some <= 0 ? -1 : some;
            }
        };
        HttpRequest request = all.request("/v1/blobs/huge")
                .PUT(BodyPublishers.ofInputStream(() -> endless))
                .build();
        try {
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(413);
        } catch (IOException closedWhileItSent) {
            assertThat(closedWhileItSent).isNotNull();
        }
        await().atMost(SOON)
                .until(() -> AUDITED.stream()
                        .anyMatch(entry -> entry.target().equals("blob/huge")
                                && entry.outcome() == AuditEntry.Outcome.FAILED
                                && entry.detail().contains("413")));
        assertThat(get("huge").status()).isEqualTo(404);
    }

    @Test
    void whatIsCutShortIsNotStored() throws IOException {
        String length = "PUT /v1/blobs/cut HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer all\r\n"
                + "Content-Length: 1000\r\n\r\n0123456789";
        String chunks = "PUT /v1/blobs/cut HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer all\r\n"
                + "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n";
        for (String begun : List.of(length, chunks)) {
            AUDITED.clear();
            try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
                socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            }
            await().atMost(SOON)
                    .until(() -> AUDITED.stream()
                            .anyMatch(entry ->
                                    entry.target().equals("blob/cut") && entry.outcome() == AuditEntry.Outcome.FAILED));
            assertThat(get("cut").status()).isEqualTo(404);
        }
    }

    @Test
    void aLargeFileGoesThroughInPieces() throws IOException, InterruptedException {
        byte[] content = large();
        HttpRequest up = all.request("/v1/blobs/large")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)))
                .build();
        assertThat(CLIENT.send(up, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> down = CLIENT.send(all.request("/v1/blobs/large").build(), BodyHandlers.ofByteArray());

        assertThat(down.body()).isEqualTo(content);
    }

    @Test
    void nobodyGetsAMixtureOfTwoVersions() throws IOException, InterruptedException {
        byte[] content = large();
        HttpRequest.Builder up = all.request("/v1/blobs/changing").PUT(BodyPublishers.ofByteArray(content));
        assertThat(all.send(up).status()).isEqualTo(200);
        try (Socket socket = reading("changing")) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            put(all, "changing", "other");
            long length = 1;
            try {
                length += socket.getInputStream().readAllBytes().length;
            } catch (IOException reset) {
                assertThat(reset).isNotNull();
            }
            assertThat(length).isLessThan(LARGE);
        }
    }

    /** Has asked for a file and reads nothing. */
    private static Socket reading(String name) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("127.0.0.1", server.server.port()));
        String request = "GET /v1/blobs/" + name + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer all\r\n"
                + "Connection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void whoAsksForFilesAndDoesNotReadHoldsUpNoOtherRequests() throws IOException {
        HttpRequest.Builder up = all.request("/v1/blobs/silent").PUT(BodyPublishers.ofByteArray(large()));
        assertThat(all.send(up).status()).isEqualTo(200);
        put(all, "small", "x");
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                silent.add(reading("silent"));
            }
            await().atMost(SOON).until(() -> get("small").status() == 503);
            assertThat(get("small").header("Retry-After")).isEqualTo("1");
            assertThat(get("small", "If-None-Match", "*").status()).isEqualTo(304);
            assertThat(server.get("/health/ready").status()).isEqualTo(200);
            assertThat(all.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}").status())
                    .isEqualTo(200);
            await().atMost(SOON).until(() -> threads() == 0);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        await().atMost(SOON).until(() -> get("small").status() == 200);
    }

    /** How many threads are sending. */
    private static long threads() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> List.of(stack).stream()
                        .anyMatch(frame -> frame.getClassName().equals(PieceSending.class.getName())))
                .count();
    }

    @Test
    void tenantsAndScopesKeepFilesApart() {
        put(all, "mine", "acme's");
        TestServer other = server.as("other");

        assertThat(other.get("/v1/blobs/mine").status()).isEqualTo(404);
        assertThat((List<?>) other.get("/v1/blobs").at("/blobs")).isEmpty();
        assertThat(other.delete("/v1/blobs/mine").status()).isEqualTo(404);
        assertThat(put(server.as("read"), "mine", "x").status()).isEqualTo(403);
        assertThat(server.as("read").delete("/v1/blobs/mine").status()).isEqualTo(403);
        assertThat(server.as("read").get("/v1/blobs/mine").body()).isEqualTo("acme's");
        assertThat(server.as("write").get("/v1/blobs/mine").status()).isEqualTo(403);
        assertThat(server.as("write").get("/v1/blobs").status()).isEqualTo(403);
        assertThat(server.get("/v1/blobs/mine").status()).isEqualTo(401);
        assertThat(get("mine").body()).isEqualTo("acme's");
    }

    @Test
    void whatIsWrittenAndDeletedIsAudited() {
        put(all, "audited", "x");
        all.delete("/v1/blobs/audited");

        assertThat(AUDITED)
                .filteredOn(entry -> entry.target().equals("blob/audited"))
                .extracting(AuditEntry::action)
                .containsExactly("blobs:write", "blobs:write", "blobs:delete", "blobs:delete");
    }

    @Test
    void onlyAWholeFileAsItIsIsTaken() {
        assertThat(put(all, "part", "x", "Content-Range", "bytes 0-0/2").status())
                .isEqualTo(400);
        assertThat(put(all, "part", "x", "Content-Encoding", "gzip").status()).isEqualTo(400);
    }
}
