package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.copilotframework.core.json.JsonText;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A body of a gigabyte is refused before it is there, wherever it is sent to, by a server with much less memory. */
class HugeBodiesTest {
    private static final long GIGABYTE = 1L << 30;
    private static final int PIECE = 1 << 16;
    private static final String MEMORY = "-Xmx96m";

    /** What a file or an archive may have there. */
    private static final long FILE = 8L << 20;

    /** What a body may have, and what may be on its way in buffers of the system. */
    private static final long READ_AT_MOST = (8L << 20) + (64L << 20);

    /** What is there, so that nothing is refused for another reason. */
    private static final Map<String, String> THERE =
            Map.of("{agent}", "echo", "{name}", "a.txt", "{tenant}", "local", "{plugin}", "nothing");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path home;

    private static Process server;
    private static int port;
    private static List<DescribedOperation> operations;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        MEMORY,
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallServer.class.getName(),
                        home.toString(),
                        Long.toString(FILE))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = server.inputReader();
        String line = said.readLine();
        while (line != null && !line.startsWith("port ")) {
            line = said.readLine();
        }
        assertThat(line).as("the server does not start").isNotNull();
        port = Integer.parseInt(line.substring(5));
        operations = DescribedOperation.all(
                JsonText.parse(send("GET", "/openapi.json", "").body()));
        assertThat(operations).hasSizeGreaterThan(40);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    private static HttpResponse<String> send(String method, String path, String json)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String head(DescribedOperation operation, String length) {
        String type = operation.types().stream().findFirst().orElse("application/json");
        return head(
                operation.method(), path(operation), type.equals(Body.ANY) ? "application/octet-stream" : type, length);
    }

    private static String path(DescribedOperation operation) {
        String path = operation.path();
        for (Map.Entry<String, String> there : THERE.entrySet()) {
            path = path.replace(there.getKey(), there.getValue());
        }
        return path.replaceAll("\\{[^}]+}", "nothing");
    }

    private static String head(String method, String path, String type, String length) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\n" + length
                + "\r\n\r\n";
    }

    /** The status while nothing of the body is sent. */
    private static int answerTo(String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(line).as(head).startsWith("HTTP/1.1 ");
            return Integer.parseInt(line.substring(9));
        }
    }

    /** How much of a gigabyte goes out in pieces until the connection ends. */
    private static long sentTo(String head) throws IOException {
        byte[] chunk = ("10000\r\n" + " ".repeat(PIECE) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        long sent = 0;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            while (sent < GIGABYTE) {
                out.write(chunk);
                sent += PIECE;
            }
        } catch (IOException cutOff) {
            return sent;
        }
        return sent;
    }

    @Test
    void oneThatSaysHowLargeItIsIsRefusedUnread() throws IOException, InterruptedException {
        int tooLarge = 0;
        for (DescribedOperation operation : operations) {
            String head = head(operation, "Content-Length: " + GIGABYTE);
            int status = answerTo(head);
            // What takes no body is answered as ever, and the connection ends.
            assertThat(status).as(head).isBetween(operation.types().isEmpty() ? 200 : 400, 499);
            tooLarge += status == 413 ? 1 : 0;
        }
        assertThat(tooLarge).isGreaterThan(25);
        for (String path : List.of("/", "/nothing", "/v1/agents/echo:invoke")) {
            assertThat(answerTo(head("PATCH", path, "application/json", "Content-Length: " + GIGABYTE)))
                    .isBetween(404, 405);
        }
        assertServes();
    }

    @Test
    void oneThatDoesNotSayIsCutOff() throws IOException, InterruptedException {
        for (DescribedOperation operation : operations) {
            String head = head(operation, "Transfer-Encoding: chunked");
            assertThat(sentTo(head)).as(head).isLessThan(READ_AT_MOST);
        }
        assertThat(sentTo(head("PUT", "/nothing", "application/json", "Transfer-Encoding: chunked")))
                .isLessThan(READ_AT_MOST);
        assertServes();
    }

    @Test
    void manyAtOnceTakeLittleMemory() throws IOException, InterruptedException {
        ExecutorService senders = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Long>> sent = new ArrayList<>();
            for (DescribedOperation operation : operations) {
                String head = head(operation, "Transfer-Encoding: chunked");
                sent.add(CompletableFuture.supplyAsync(() -> quiet(head), senders));
            }
            for (CompletableFuture<Long> one : sent) {
                assertThat(one.join()).isLessThan(READ_AT_MOST);
            }
        } finally {
            senders.shutdownNow();
        }
        assertServes();
    }

    private static long quiet(String head) {
        try {
            return sentTo(head);
        } catch (IOException none) {
            throw new java.io.UncheckedIOException(none);
        }
    }

    private static void assertServes() throws IOException, InterruptedException {
        assertThat(server.isAlive()).isTrue();
        HttpResponse<String> reply = send("POST", "/v1/agents/echo:invoke", "{\"text\": \"a\"}");
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
}
