package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.server.http.TestAuthority.Issued;
import org.copilotframework.server.http.tls.TlsSettings;
import org.copilotframework.server.http.tls.TlsSettings.ClientAuth;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS of the server's own, with real certificates. */
class TlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path certificates;

    private static TestAuthority authority;
    private static Issued first;
    private static Issued second;

    @TempDir
    Path home;

    @TempDir
    Path files;

    @BeforeAll
    static void issue() {
        authority = new TestAuthority(certificates, "authority");
        first = authority.issue("CN=first", "-ext", TestAuthority.LOCAL);
        second = authority.issue("CN=second", "-ext", TestAuthority.LOCAL, "-keyalg", "RSA");
    }

    static TlsSettings pem(Path certificate, Path key) {
        return new TlsSettings(
                Optional.of(certificate),
                Optional.of(key),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ClientAuth.NONE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofMillis(100));
    }

    private TestServer serve(TlsSettings tls) {
        return TestServer.start(home, builder -> builder, settings -> TestSettings.with(settings, tls));
    }

    private TlsSettings firstPem() {
        return pem(first.chain(files.resolve("c.pem")), first.key(files.resolve("k.pem")));
    }

    private static HttpResponse<String> get(HttpClient client, TestServer server, String path) {
        URI address = URI.create("https://localhost:" + server.server.port() + path);
        try {
            return client.send(HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static HttpClient client() {
        return authority.client(null).build();
    }

    private static X509Certificate shown(TestServer server) {
        HttpResponse<String> response = get(client(), server, "/health/live");
        try {
            return (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aCertificateInPemIsServedOverBothVersionsOfHttp() {
        try (TestServer server = serve(firstPem())) {
            assertThat(server.server.address()).hasScheme("https");
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<String> response =
                        get(authority.client(null).version(version).build(), server, "/v1/agents");
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.version()).isEqualTo(version);
                assertThat(response.headers().map()).doesNotContainKey("server");
            }
        }
    }

    @Test
    void aKeystoreIsServed() {
        TlsSettings keystore = new TlsSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(second.p12(files.resolve("s.p12"))),
                Optional.of(Secret.of(TestAuthority.PASSWORD)),
                ClientAuth.NONE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10));
        try (TestServer server = serve(keystore)) {
            assertThat(shown(server)).isEqualTo(second.chain().get(0));
        }
    }

    @Test
    void nothingOlderThanTls12IsSpoken() throws IOException {
        try (TestServer server = serve(firstPem())) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = socket(server)) {
                    socket.setEnabledProtocols(new String[] {version});
                    socket.startHandshake();
                    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                    assertThat(socket.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
                }
            }
            assertThat(server.server
                            .tls()
                            .orElseThrow()
                            .factory()
                            .newSSLEngine()
                            .getEnabledProtocols())
                    .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        }
    }

    private static SSLSocket socket(TestServer server) throws IOException {
        SSLSocket socket =
                (SSLSocket) authority.context(null).getSocketFactory().createSocket("localhost", server.server.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    @Test
    void inTheClearNothingIsServed() throws IOException {
        try (TestServer server = serve(firstPem());
                Socket socket = new Socket("127.0.0.1", server.server.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write("GET /v1/agents HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void whoComesUnderANameThatTheCertificateHasNotIsAnswered() throws IOException {
        try (TestServer server = serve(firstPem());
                SSLSocket socket = socket(server)) {
            assertThat(live(socket, "10.0.0.7"))
                    .contains("HTTP/1.1 200")
                    .contains("Strict-Transport-Security: max-age=31536000");
            assertThat(live(socket, "localhost")).contains("HTTP/1.1 200").doesNotContain("Strict-Transport-Security");
        }
    }

    /** Asks over a connection that stays open. */
    private static String live(Socket socket, String host) throws IOException {
        socket.getOutputStream()
                .write(("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf("}") < 0) {
            int next = in.read();
            if (next < 0) {
                return read.toString();
            }
            read.append((char) next);
        }
        return read.toString();
    }

    /** As Kubernetes changes the files of a secret: a link to a folder is replaced. */
    @Test
    void changedFilesAreTakenAndOpenConnectionsGoOn() throws IOException {
        Path link = files.resolve("..data");
        Files.createSymbolicLink(link, secret("v1", first));
        TlsSettings tls = pem(
                Files.createSymbolicLink(files.resolve("tls.crt"), link.resolve("tls.crt")),
                Files.createSymbolicLink(files.resolve("tls.key"), link.resolve("tls.key")));
        try (TestServer server = serve(tls);
                SSLSocket open = socket(server)) {
            assertThat(live(open, "localhost")).contains("HTTP/1.1 200");
            assertThat(shown(server)).isEqualTo(first.chain().get(0));
            Path next = Files.createSymbolicLink(files.resolve("..next"), secret("v2", second));
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            BigInteger serial = second.chain().get(0).getSerialNumber();
            await().atMost(PATIENCE).until(() -> shown(server).getSerialNumber().equals(serial));
            assertThat(live(open, "localhost")).contains("HTTP/1.1 200");
        }
    }

    private Path secret(String version, Issued of) throws IOException {
        Path folder = Files.createDirectory(files.resolve(version));
        of.chain(folder.resolve("tls.crt"));
        of.key(folder.resolve("tls.key"));
        return folder;
    }

    @Test
    void brokenFilesKeepTheOneBeforeAndHealthSaysSo() throws IOException {
        TlsSettings tls = firstPem();
        Path key = tls.key().orElseThrow();
        HttpClient client = client();
        try (TestServer server = serve(tls)) {
            assertThat(get(client, server, "/health/ready").body()).contains("ok");
            second.key(key);
            await().atMost(PATIENCE)
                    .until(() -> get(client, server, "/health/ready?verbose=true")
                            .body()
                            .contains("copilot.http.tls.key: "));
            assertThat(get(client, server, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(shown(server)).isEqualTo(first.chain().get(0));
            Files.delete(key);
            await().atMost(PATIENCE)
                    .until(() -> get(client, server, "/health/ready?verbose=true")
                            .body()
                            .contains("there is no file"));
            first.key(key);
            await().atMost(PATIENCE)
                    .until(() -> get(client, server, "/health/ready").body().contains("ok"));
        }
    }

    @Test
    void anExpiredCertificateIsServedAndHealthSaysSo() throws IOException {
        Issued expired =
                authority.issue("CN=late", "-ext", TestAuthority.LOCAL, "-startdate", "-10d", "-validity", "5");
        try (TestServer server = serve(pem(expired.chain(files.resolve("c")), expired.key(files.resolve("k"))))) {
            assertThat(server.server.health()).singleElement().satisfies(part -> {
                assertThat(part.name()).isEqualTo("tls");
                assertThat(part.reason()).contains("expired");
            });
            assertThatThrownBy(() -> get(client(), server, "/health/live"))
                    .hasMessageContaining("validity check failed");
        }
    }
}
