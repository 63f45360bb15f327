package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.server.http.TestAuthority.Issued;
import org.copilotframework.server.http.tls.TlsSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who lets a request come drop by drop, or none at all, is cut off, and takes nothing from others meanwhile. */
class SlowConnectionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    Path home;

    private TestServer start(int calls, int streams, Duration idle, TlsSettings tls) {
        return TestServer.start(
                home,
                builder -> builder,
                of -> TestSettings.with(
                        new HttpSettings(
                                of.host(),
                                of.port(),
                                calls,
                                streams,
                                of.bodyBytes(),
                                of.archiveBytes(),
                                of.headerBytes(),
                                idle,
                                of.keepAlive(),
                                of.drainDelay(),
                                Duration.ofMillis(100),
                                of.corsOrigins()),
                        tls));
    }

    private TestServer start() {
        return start(2, 2, Duration.ofSeconds(1), TlsSettings.none());
    }

    private static Socket connect(TestServer server) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.server.port());
        socket.setSoTimeout(100);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a letter each tenth of a second: whether that is ended before a minute is over. */
    private static boolean isCutOff(Socket socket, int letter) throws IOException {
        InputStream in = socket.getInputStream();
        for (int drips = 0; drips < 600; drips++) {
            try {
                socket.getOutputStream().write(letter);
                if (in.read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException none) {
                // The next drip.
            } catch (SocketException ended) {
                return true;
            }
        }
        return false;
    }

    @Test
    void headersThatComeByteByByteAreNotWaitedForAndHoldNoThread() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try (TestServer server = start()) {
            // More than there are threads.
            for (int i = 0; i < 40; i++) {
                slow.add(connect(server));
                send(slow.get(i), "GET /health/live HTTP/1.1\r\nX-Slow: ");
            }
            assertThat(server.get("/health/live").status()).isEqualTo(200);
            assertThat(isCutOff(slow.get(0), 'a')).isTrue();
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void headersOfALaterRequestAreNotWaitedForEither() throws IOException {
        try (TestServer server = start();
                Socket socket = connect(server)) {
            send(socket, LIVE);
            await().atMost(PATIENCE).until(() -> socket.getInputStream().available() > 0);
            send(socket, "GET /health/live HTTP/1.1\r\nX-Slow: ");
            assertThat(isCutOff(socket, 'a')).isTrue();
        }
    }

    @Test
    void aPrefaceOfHttp2WithoutARequestIsNotWaitedFor() throws IOException {
        try (TestServer server = start();
                Socket socket = connect(server)) {
            send(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            // The length of a frame's header says 16384; then it comes byte by byte.
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 1});
            assertThat(isCutOff(socket, 0)).isTrue();
        }
    }

    @Test
    void aHandshakeThatDoesNotEndIsNotWaitedFor(@TempDir Path files) throws IOException {
        Issued issued = new TestAuthority(files, "authority").issue("CN=server", "-ext", TestAuthority.LOCAL);
        TlsSettings tls = TlsTest.pem(issued.chain(files.resolve("c")), issued.key(files.resolve("k")));
        try (TestServer server = start(2, 2, Duration.ofSeconds(1), tls);
                Socket silent = connect(server);
                Socket slow = connect(server)) {
            // A handshake record of 512 bytes, a ClientHello of 508.
            slow.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252});
            assertThat(isCutOff(slow, 3)).isTrue();
            await().atMost(PATIENCE).until(() -> ended(silent));
        }
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void whatIsOpenAndUsedIsNotCutOff() throws IOException {
        try (TestServer server = start();
                Socket socket = connect(server)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            byte[] read = new byte[4_096];
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < until) {
                send(socket, LIVE);
                assertThat(socket.getInputStream().read(read)).isPositive();
            }
        }
    }

    /** Their number is the calls and streams that are allowed, and a thousand. */
    @Test
    void connectionsAreBoundedAndTakenAgainOnceThereIsRoom() throws IOException {
        List<Socket> open = new ArrayList<>();
        try (TestServer server = start(1, 1, Duration.ofSeconds(300), TlsSettings.none())) {
            for (int i = 0; i < 1_010; i++) {
                open.add(connect(server));
            }
            Socket last = open.get(open.size() - 1);
            send(last, LIVE);
            assertThat(answered(last)).isFalse();
            for (Socket socket : open.subList(0, 500)) {
                socket.close();
            }
            await().atMost(PATIENCE).until(() -> answered(last));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static boolean answered(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == 'H';
        } catch (SocketTimeoutException none) {
            return false;
        }
    }
}
