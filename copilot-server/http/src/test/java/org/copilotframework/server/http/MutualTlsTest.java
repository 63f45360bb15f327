package org.copilotframework.server.http;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.StoredAudit;
import org.copilotframework.server.http.TestAuthority.Issued;
import org.copilotframework.server.http.tls.TlsSettings;
import org.copilotframework.server.http.tls.TlsSettings.ClientAuth;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client is who its certificate says, from the handshake to the audit. */
class MutualTlsTest {
    private static final String SAYS = "{\"text\": \"a\"}";

    @TempDir
    static Path certificates;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestAuthority authority;
    private static TestAuthority elsewhere;
    private static Issued server;
    private static Issued billing;
    private static Issued orders;
    private static Issued stranger;
    private static Issued noClient;

    @TempDir
    Path home;

    @TempDir
    Path files;

    @BeforeAll
    static void issue() {
        authority = new TestAuthority(certificates, "authority");
        server = authority.issue("CN=server", "-ext", TestAuthority.LOCAL);
        billing = authority.issue("CN=billing, O=acme");
        noClient = authority.issue("CN=billing, O=acme", "-ext", "eku=serverAuth");
        orders = authority.issue("CN=orders, O=acme");
        elsewhere = new TestAuthority(certificates, "elsewhere");
        stranger = elsewhere.issue("CN=billing, O=acme");
    }

    private TestServer serve(ClientAuth auth) {
        return serve(auth, Optional.empty());
    }

    private TestServer serve(ClientAuth auth, Optional<Path> list, String... proxies) {
        TlsSettings tls = new TlsSettings(
                Optional.of(server.chain(files.resolve("c"))),
                Optional.of(server.key(files.resolve("k"))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                auth,
                Optional.of(authority.pem(files.resolve("ca"))),
                list,
                Duration.ofMillis(50));
        return TestServer.start(
                home,
                builder -> builder.setting("copilot.security.authenticators", "certificate")
                        .setting("copilot.security.certificate.tenant-from", "o")
                        .setting(
                                "copilot.security.certificate.grants",
                                "billing=agents:invoke:echo,orders=agents:invoke:echo"),
                settings -> TestSettings.trusting(
                        TestSettings.with(settings, tls), HttpSettings.ProxyHeaders.X_FORWARDED, proxies));
    }

    private static HttpResponse<String> call(HttpClient client, TestServer at, String agent)
            throws IOException, InterruptedException {
        URI address = URI.create("https://localhost:" + at.server.port() + "/v1/agents/" + agent + ":invoke");
        return client.send(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(SAYS))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void whoShowsACertificateIsWhomItNames() throws Exception {
        try (TestServer at = serve(ClientAuth.NEED)) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpClient client = authority.client(billing).version(version).build();
                assertThat(call(client, at, "echo").statusCode()).isEqualTo(200);
                assertThat(call(client, at, "greeter").statusCode()).isEqualTo(403);
            }
            assertThat(at.orchestrator.audit().list(null, null, 1))
                    .extracting(StoredAudit.Kept::entry)
                    .singleElement()
                    .satisfies(MutualTlsTest::isBillings);
        }
    }

    private static void isBillings(AuditEntry entry) {
        assertThat(entry.subject()).isEqualTo("billing");
        assertThat(entry.tenant()).hasToString("acme");
        assertThat(entry.credential()).startsWith("certificate:");
    }

    @Test
    void whoShowsNoneOrThatOfAnotherAuthorityHasNoConnection() {
        try (TestServer at = serve(ClientAuth.NEED)) {
            assertNoConnection(authority.client(null).build(), at);
            assertNoConnection(authority.client(stranger).build(), at);
            assertNoConnection(authority.client(noClient).build(), at);
        }
    }

    private static void assertNoConnection(HttpClient client, TestServer at) {
        assertThatThrownBy(() -> call(client, at, "echo")).isInstanceOf(IOException.class);
    }

    @Test
    void whoIsAskedAndShowsNoneIsNobody() throws Exception {
        try (TestServer at = serve(ClientAuth.WANT)) {
            assertThat(call(authority.client(null).build(), at, "echo").statusCode())
                    .isEqualTo(401);
            assertThat(call(authority.client(billing).build(), at, "echo").statusCode())
                    .isEqualTo(200);
            // A wrong one is worse than none.
            assertNoConnection(authority.client(stranger).build(), at);
        }
    }

    /** The client has a connection, which it keeps as long as it is answered over it. */
    private static void awaitRefusalOverTheConnectionThatIsThere(HttpClient client, TestServer at) {
        await().atMost(PATIENCE).until(() -> {
            int status = call(client, at, "echo").statusCode();
            assertThat(status).isIn(200, 401);
            return status == 401;
        });
    }

    @Test
    void anAuthorityThatIsGoneIsNotBelievedOverConnectionsThatAreThere() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            try (TestServer at = serve(ClientAuth.NEED)) {
                HttpClient client = authority.client(billing).version(version).build();
                assertThat(call(client, at, "echo").statusCode()).isEqualTo(200);
                elsewhere.pem(files.resolve("ca"));
                awaitRefusalOverTheConnectionThatIsThere(client, at);
                assertNoConnection(authority.client(billing).build(), at);
                assertThat(call(authority.client(stranger).build(), at, "echo").statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void whatItsAuthorityHasTakenBackIsNotBelieved() throws Exception {
        Path list = authority.list(files.resolve("list"));
        try (TestServer at = serve(ClientAuth.NEED, Optional.of(list))) {
            HttpClient client = authority.client(billing).build();
            HttpClient other = authority.client(orders).build();
            assertThat(call(client, at, "echo").statusCode()).isEqualTo(200);
            assertThat(call(other, at, "echo").statusCode()).isEqualTo(200);
            Files.move(authority.list(files.resolve("next"), billing), list, REPLACE_EXISTING);
            awaitRefusalOverTheConnectionThatIsThere(client, at);
            assertNoConnection(authority.client(billing).build(), at);
            assertThat(call(other, at, "echo").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aListMayBePemAndHasToBeItsAuthoritys() throws Exception {
        Path list = authority.list(files.resolve("list"), billing);
        Path pem = TestAuthority.write(
                files.resolve("list.pem"), TestAuthority.text("X509 CRL", Files.readAllBytes(list)));
        try (TestServer at = serve(ClientAuth.NEED, Optional.of(pem))) {
            assertNoConnection(authority.client(billing).build(), at);
            assertThat(call(authority.client(orders).build(), at, "echo").statusCode())
                    .isEqualTo(200);
        }
        assertThatThrownBy(() -> serve(ClientAuth.NEED, Optional.of(elsewhere.list(files.resolve("other")))))
                .hasMessageContaining("copilot.http.tls.client-crl: the file has no list that CN=authority");
        assertThatThrownBy(() -> serve(ClientAuth.NEED, Optional.of(files.resolve("c"))))
                .hasMessageContaining("copilot.http.tls.client-crl: ");
    }

    @Test
    void theCertificateOfAProxyIsNoCallers() throws Exception {
        try (TestServer at = serve(ClientAuth.NEED, Optional.empty(), "127.0.0.1", "::1")) {
            assertThat(call(authority.client(billing).build(), at, "echo").statusCode())
                    .isEqualTo(401);
        }
    }
}
