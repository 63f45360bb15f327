package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
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

    private static boolean isCutOff(Socket socket, int letter) throws IOException {
        return isCutOff(socket, new byte[] {(byte) letter});
    }

    /** Sends a drop each tenth of a second: whether that is ended before a minute is over. */
    private static boolean isCutOff(Socket socket, byte[] drop) throws IOException {
        InputStream in = socket.getInputStream();
        for (int drips = 0; drips < 600; drips++) {
            try {
                socket.getOutputStream().write(drop);
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
    void headersOfALaterRequestOverHttp2AreNotWaitedForEither() throws IOException {
        try (TestServer server = start()) {
            try (Socket inOneFrame = answeredOverHttp2(server)) {
                inOneFrame.getOutputStream().write(Frames.headersBegun(3));
                assertThat(isCutOff(inOneFrame, 0)).isTrue();
            }
            try (Socket inSeveral = answeredOverHttp2(server)) {
                inSeveral.getOutputStream().write(Frames.headersContinued(3, "/health/live"));
                // A header without an index, with a name of 126 letters; each comes in a frame of its own.
                inSeveral.getOutputStream().write(Frames.continuation(3, (byte) 0, (byte) 126));
                assertThat(isCutOff(inSeveral, Frames.continuation(3, (byte) 'a')))
                        .isTrue();
            }
        }
    }

    private static Socket answeredOverHttp2(TestServer server) throws IOException {
        Socket socket = connect(server);
        socket.getOutputStream().write(Frames.PREFACE);
        socket.getOutputStream().write(Frames.window(65_535));
        socket.getOutputStream().write(Frames.request(1, "/health/live"));
        ByteArrayOutputStream come = new ByteArrayOutputStream();
        byte[] some = new byte[4_096];
        await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class).until(() -> {
            come.write(some, 0, Math.max(0, socket.getInputStream().read(some)));
            return Frames.count(come.toByteArray(), 0, 1) > 0;
        });
        return socket;
    }

    @Test
    void aConnectionOfHttp2ThatIsUsedIsNotCutOff() throws IOException {
        try (TestServer server = start();
                Socket socket = answeredOverHttp2(server)) {
            byte[] some = new byte[4_096];
            int answers = 0;
            // A pause of a tenth of a second after each answer: much longer than a frame may take.
            for (int stream = 3; stream < 203; stream += 2) {
                socket.getOutputStream().write(Frames.request(stream, "/health/live"));
                ByteArrayOutputStream come = new ByteArrayOutputStream();
                for (boolean pause = false; !pause; ) {
                    try {
                        int read = socket.getInputStream().read(some);
                        assertThat(read).as("cut off after " + answers).isPositive();
                        come.write(some, 0, read);
                    } catch (SocketTimeoutException none) {
                        pause = Frames.count(come.toByteArray(), 0, 1) > 0;
                    }
                }
                answers++;
            }
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
