package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who takes his answers slowly, or not at all, takes nothing from others. */
class SlowClientsTest {
    /** More than there are threads: sixteen are spare. */
    private static final int MANY = 40;

    @TempDir
    Path home;

    private TestServer start(Duration idle) {
        return TestServer.start(
                home,
                builder -> builder,
                settings -> new HttpSettings(
                        settings.host(),
                        settings.port(),
                        2,
                        settings.streams(),
                        settings.bodyBytes(),
                        settings.archiveBytes(),
                        settings.headerBytes(),
                        idle,
                        settings.keepAlive(),
                        settings.drainDelay(),
                        Duration.ofMillis(100),
                        settings.corsOrigins()));
    }

    private static void assertServes(TestServer server) {
        assertThat(server.get("/health/live").status()).isEqualTo(200);
        assertThat(server.get("/health/ready").status()).isEqualTo(200);
        // Until those who ask cannot be answered any more, they have the two places now and then.
        await().until(() ->
                server.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}").status() == 200);
    }

    @Test
    void whoAsksAndDoesNotReadHoldsNoThread() throws IOException {
        String asked = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200);
        List<Socket> silent = new ArrayList<>();
        try (TestServer server = start(Duration.ofSeconds(30))) {
            for (int i = 0; i < MANY; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress("127.0.0.1", server.server.port()));
                socket.getOutputStream().write(asked.getBytes(StandardCharsets.US_ASCII));
                silent.add(socket);
            }
            assertServes(server);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aWindowThatIsNeverOpenedHoldsNoThread() throws IOException {
        try (TestServer server = start(Duration.ofSeconds(30));
                Socket socket = new Socket("127.0.0.1", server.server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(Frames.PREFACE);
            out.write(Frames.window(0));
            for (int i = 0; i < MANY; i++) {
                out.write(Frames.request(2 * i + 1, "/health/live"));
            }
            out.flush();
            assertServes(server);
        }
    }

    /** Something moves all the time, so nothing is idle. */
    @Test
    void anAnswerThatIsTakenByteByByteIsCutOff() throws IOException {
        try (TestServer server = start(Duration.ofSeconds(1));
                Socket socket = new Socket("127.0.0.1", server.server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(Frames.PREFACE);
            out.write(Frames.window(1));
            // The answer has some hundred bytes, so it would take half a minute.
            out.write(Frames.request(1, "/not-there"));
            out.flush();
            socket.setSoTimeout(100);
            assertThat(takenUntilCutOff(socket)).isBetween(1, 100);
        }
    }

    /** How many bytes of an answer come, of which one more is taken each tenth of a second, until the server gives up. */
    private static int takenUntilCutOff(Socket socket) throws IOException {
        ByteArrayOutputStream come = new ByteArrayOutputStream();
        byte[] some = new byte[4_096];
        int taken = 1;
        while (Frames.count(come.toByteArray(), 3, 0) == 0
                && Frames.count(come.toByteArray(), 7, 0) == 0
                && taken < 300) {
            try {
                int read = socket.getInputStream().read(some);
                if (read < 0) {
                    return taken;
                }
                come.write(some, 0, read);
            } catch (SocketTimeoutException none) {
                taken++;
                socket.getOutputStream().write(Frames.more(1, 1));
            }
        }
        return taken;
    }

    @Test
    void aBodyThatComesByteByByteIsNotWaitedFor() throws IOException {
        // Long beside a drip: a connection that is silent for that long is ended for its silence.
        try (TestServer server = start(Duration.ofSeconds(5));
                Socket socket = new Socket("127.0.0.1", server.server.port())) {
            String head =
                    "POST /v1/agents/echo:invoke HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 100000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(100);
            assertThat(answerToDrips(socket)).startsWith("HTTP/1.1 408");
        }
    }

    /** Sends a blank each tenth of a second until there is an answer. */
    private static String answerToDrips(Socket socket) throws IOException {
        byte[] answer = new byte[12];
        for (int drips = 0; drips < 600; drips++) {
            try {
                socket.getOutputStream().write(' ');
            } catch (SocketException closed) {
                // It was answered while this one was on its way; the answer is there all the same.
            }
            try {
                int read = socket.getInputStream().read(answer);
                return new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
            } catch (SocketTimeoutException none) {
                // The next drip.
            }
        }
        return "no answer";
    }

    @Test
    void bodiesOfAllRequestsTogetherAreBounded() {
        BodyBudget budget = new BodyBudget(10);
        try (BodyBudget.Share one = budget.share();
                BodyBudget.Share other = budget.share()) {
            one.take(8);
            assertThatThrownBy(() -> other.take(3)).isInstanceOf(UnavailableException.class);
            other.close();
            other.take(2);
            assertThat(budget.taken()).isEqualTo(10);
        }
        assertThat(budget.taken()).isZero();
    }
}
