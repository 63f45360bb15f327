package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A body of a gigabyte is refused before it is there. */
class HugeBodiesTest {
    private static final long GIGABYTE = 1L << 30;
    private static final int PIECE = 1 << 16;

    /** What a body may have, and what may be on its way in buffers of the system. */
    private static final long READ_AT_MOST = (8L << 20) + (64L << 20);

    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.open(home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String head(String path, String type, String length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\n" + length + "\r\n\r\n";
    }

    /** The answer while nothing of the body is sent. */
    private static String answerTo(String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void oneThatSaysHowLargeItIsIsRefusedUnread() throws IOException {
        String length = "Content-Length: " + GIGABYTE;
        assertThat(answerTo(head("/v1/agents/echo:invoke", "application/json", length)))
                .isEqualTo("HTTP/1.1 413");
        assertThat(answerTo(head("/v1/plugins", "application/zip", "Content-Length: " + 2 * GIGABYTE)))
                .isEqualTo("HTTP/1.1 413");
    }

    @Test
    void oneThatDoesNotSayIsCutOff() throws IOException {
        byte[] chunk = ("10000\r\n" + " ".repeat(PIECE) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        long sent = 0;
        try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(head("/v1/agents/echo:invoke", "application/json", "Transfer-Encoding: chunked")
                    .getBytes(StandardCharsets.US_ASCII));
            while (sent < GIGABYTE) {
                out.write(chunk);
                sent += PIECE;
            }
        } catch (IOException cutOff) {
            assertThat(sent).isLessThan(READ_AT_MOST);
        }
        assertThat(sent).isLessThan(GIGABYTE);
        assertThat(server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}").status())
                .isEqualTo(200);
    }
}
