package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that move slowly shut nobody else out, and move no longer than whoever moves them may. */
class SlowTransfersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LARGE = 24 << 20;

    /** More than there are places: a quarter of the calls. */
    private static final int MANY = 12;

    @TempDir
    Path home;

    private final TestKeys keys = new TestKeys()
            .with("all", "root", "acme", "*")
            .with("guest", "gus", "acme", "*")
            .with("other", "eve", "evil", "*");
    private final List<Socket> open = new ArrayList<>();

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(
                home,
                builder -> builder.authenticator(keys).setting("copilot.blobs.max-bytes", "32MiB"),
                settings -> new HttpSettings(
                        settings.host(),
                        settings.port(),
                        40,
                        settings.streams(),
                        settings.bodyBytes(),
                        settings.archiveBytes(),
                        settings.headerBytes(),
                        settings.idleTimeout(),
                        Duration.ofMillis(20),
                        settings.drainDelay(),
                        Duration.ofMillis(100),
                        settings.corsOrigins()));
        for (String tenant : List.of("all", "other")) {
            assertThat(put(tenant, "large", "x".repeat(LARGE))).isEqualTo(200);
            assertThat(put(tenant, "small", "x")).isEqualTo(200);
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        server.close();
    }

    private int put(String as, String name, String content) {
        TestServer who = server.as(as);
        return who.send(who.request("/v1/blobs/" + name).PUT(BodyPublishers.ofString(content)))
                .status();
    }

    private int get(String as) {
        return server.as(as).get("/v1/blobs/small").status();
    }

    private Socket begun(String request, String as, String more) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", server.server.port()));
        String sent = request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + as
                + "\r\n" + more;
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Has asked for a file and reads nothing. */
    private Socket reading(String as) throws IOException {
        return begun("GET /v1/blobs/large", as, "\r\n");
    }

    /** Has announced a file and sends a byte of it. */
    private Socket writing(String as) throws IOException {
        return begun("PUT /v1/blobs/never", as, "Content-Length: 1000\r\n\r\nx");
    }

    @Test
    void whoTakesManyFilesSlowlyLeavesPlacesForOtherTenants() throws IOException {
        for (int i = 0; i < MANY; i++) {
            reading("all");
        }
        await().atMost(SOON).until(() -> get("all") == 503);
        assertThat(get("other")).isEqualTo(200);
    }

    @Test
    void whoSendsManyFilesSlowlyLeavesPlacesForOtherTenants() throws IOException {
        for (int i = 0; i < MANY; i++) {
            writing("all");
        }
        await().atMost(SOON).until(() -> put("all", "mine", "x") == 503);
        assertThat(put("other", "mine", "x")).isEqualTo(200);
    }

    @Test
    void whoeverMayNotAnyMoreGetsNoFurtherPieceOfAFile() throws IOException {
        InputStream in = reading("guest").getInputStream();
        assertThat(in.read()).isEqualTo('H');
        keys.without("guest");
        await().pollDelay(Duration.ofMillis(100)).until(() -> get("guest") == 401);
        long length = 1;
        try {
            length += in.readAllBytes().length;
        } catch (IOException reset) {
            assertThat(reset).isNotNull();
        }
        assertThat(length).isLessThan(LARGE);
        assertThat(get("all")).isEqualTo(200);
    }

    @Test
    void whoeverMayNotAnyMoreSendsNoFurtherPieceOfAFile() throws IOException {
        Socket socket = writing("guest");
        keys.without("guest");
        await().pollDelay(Duration.ofMillis(100)).until(() -> get("guest") == 401);
        socket.getOutputStream().write('x');
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 401");
        assertThat(server.as("all").get("/v1/blobs/never").status()).isEqualTo(404);
    }

    @Test
    void theLastPlacesAreForThoseThatHoldFewest() {
        TenantShares shares = new TenantShares(8, "files are sent");
        TenantId first = new TenantId("first");
        List<Gate.Place> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            held.add(shares.take(first));
        }
        assertThatThrownBy(() -> shares.take(first))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("this tenant");
        shares.take(new TenantId("second"));
        shares.take(new TenantId("second"));
        shares.take(new TenantId("third"));
        shares.take(new TenantId("fourth"));
        assertThatThrownBy(() -> shares.take(new TenantId("fifth")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.http.calls");
        held.forEach(Gate.Place::close);
        held.forEach(Gate.Place::close);
        for (int i = 0; i < 2; i++) {
            shares.take(first);
        }
        assertThatThrownBy(() -> shares.take(first)).isInstanceOf(UnavailableException.class);
    }
}
