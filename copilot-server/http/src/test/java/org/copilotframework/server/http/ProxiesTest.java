package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.server.http.HttpSettings.ProxyHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From where a request comes tell those proxies alone that the settings name. */
class ProxiesTest {
    private static final String WORD = "k5Zz1vQ0nY8m3Rb7Xc2Wd9Lf4Hg6Jt0P";

    @TempDir
    Path home;

    private final List<AuditEntry> audited = new CopyOnWriteArrayList<>();

    private TestServer serve(ProxyHeaders headers, String... proxies) {
        return TestServer.start(
                home,
                builder -> builder.authenticator(new TestKeys().with("all", "root", "acme", "*"))
                        .setting("copilot.security.failed-attempts", "3")
                        .audit(audited::add),
                settings -> TestSettings.trusting(settings, headers, proxies));
    }

    /** From where somebody who is not known is audited to come. */
    private String address(TestServer server, String header, String... values) {
        audited.clear();
        var request = server.as("wrong").request("/v1/agents").GET();
        for (String value : values) {
            request.header(header, value);
        }
        assertThat(server.send(request).status()).isEqualTo(401);
        return audited.get(0).remote();
    }

    private String xForwarded(TestServer server, String... values) {
        return address(server, "X-Forwarded-For", values);
    }

    private String forwarded(TestServer server, String... values) {
        return address(server, "Forwarded", values);
    }

    /** No address twice, for attempts of one are bounded. */
    @Test
    void theRightmostAddressThatIsNoProxysIsTheSenders() {
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "127.0.0.1", "10.0.0.0/8", "fd00::/8")) {
            assertThat(xForwarded(server, "192.0.2.1")).isEqualTo("192.0.2.1");
            assertThat(xForwarded(server, "203.0.113.9, 192.0.2.2")).isEqualTo("192.0.2.2");
            assertThat(xForwarded(server, "203.0.113.9, 192.0.2.3, 10.1.2.3")).isEqualTo("192.0.2.3");
            assertThat(xForwarded(server, "203.0.113.9", "192.0.2.4, 10.1.2.3")).isEqualTo("192.0.2.4");
            assertThat(xForwarded(server, "192.0.2.5:4711, fd00::1")).isEqualTo("192.0.2.5");
            assertThat(xForwarded(server, "[2001:db8::1]:4711")).isEqualTo("2001:db8:0:0:0:0:0:1");
            assertThat(xForwarded(server, "2001:db8:1::1")).isEqualTo("2001:db8:1:0:0:0:0:1");
            assertThat(xForwarded(server, "::ffff:192.0.2.6")).isEqualTo("192.0.2.6");
            // All are proxies: the outermost is as far as can be seen.
            assertThat(xForwarded(server, "10.7.7.7, 10.1.2.3")).isEqualTo("10.7.7.7");
        }
    }

    @Test
    void whatCannotBeReadEndsWhatIsBelieved() {
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "127.0.0.1", "10.0.0.0/8")) {
            assertThat(xForwarded(server, "192.0.2.1, localhost, 10.0.0.1")).isEqualTo("10.0.0.1");
            assertThat(xForwarded(server, "192.0.2.1, 010.0.0.1, 10.0.0.2")).isEqualTo("10.0.0.2");
            assertThat(xForwarded(server, "192.0.2.1, , 10.0.0.3")).isEqualTo("10.0.0.3");
            assertThat(xForwarded(server, "192.0.2.1, 1.2.3, 10.0.0.4")).isEqualTo("10.0.0.4");
            assertThat(xForwarded(server, "192.0.2.1, 256.1.1.1, 10.0.0.5")).isEqualTo("10.0.0.5");
            assertThat(xForwarded(server, "192.0.2.1, [::1, 10.0.0.6")).isEqualTo("10.0.0.6");
            assertThat(xForwarded(server, "a".repeat(5_000) + ", 10.0.0.7")).isEqualTo("10.0.0.7");
            assertThat(xForwarded(server, ",".repeat(5_000))).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void theHeaderOfTheStandardIsReadIfItIsTheOne() {
        try (TestServer server = serve(ProxyHeaders.FORWARDED, "127.0.0.1", "10.0.0.0/8")) {
            assertThat(forwarded(server, "for=192.0.2.1;proto=https;by=203.0.113.43"))
                    .isEqualTo("192.0.2.1");
            assertThat(forwarded(server, "for=203.0.113.9, For=\"[2001:db8::1]:4711\", for=10.0.0.1"))
                    .isEqualTo("2001:db8:0:0:0:0:0:1");
            assertThat(forwarded(server, "for=_hidden, for=10.0.0.2")).isEqualTo("10.0.0.2");
            assertThat(forwarded(server, "for=203.0.113.9", "for=unknown, for=10.0.0.3"))
                    .isEqualTo("10.0.0.3");
            // Whoever writes something odd does not hide what the proxy adds.
            assertThat(forwarded(server, "for=203.0.113.9;x=\", for=192.0.2.2")).isEqualTo("192.0.2.2");
            assertThat(forwarded(server, "garbage, for=192.0.2.3")).isEqualTo("192.0.2.3");
            assertThat(forwarded(server, "x=\"" + "\\a".repeat(4_000) + ", for=192.0.2.4"))
                    .isEqualTo("192.0.2.4");
            // The other headers are the sender's own.
            assertThat(xForwarded(server, "203.0.113.9")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void whoIsNoProxyIsNotBelieved() {
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "10.0.0.0/8")) {
            assertThat(xForwarded(server, "192.0.2.1")).isEqualTo("127.0.0.1");
            assertThat(forwarded(server, "for=192.0.2.1")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void attemptsAreCountedByTheAddressThatAProxyTells() {
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "127.0.0.1")) {
            int status = 401;
            for (int tries = 0; tries < 120 && status == 401; tries++) {
                status = server.send(server.as("wrong").request("/v1/agents").header("X-Forwarded-For", "192.0.2.1"))
                        .status();
            }
            assertThat(status).isEqualTo(429);
            assertThat(xForwarded(server, "192.0.2.2")).isEqualTo("192.0.2.2");
        }
    }

    @Test
    void whoCameByTlsToAProxyIsToldToStayWithIt() {
        String told = "Strict-Transport-Security";
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "127.0.0.1")) {
            TestServer.Reply reply = server.send(server.as("all")
                    .request("/docs")
                    .header("X-Forwarded-For", "192.0.2.1")
                    .header("X-Forwarded-Proto", "https")
                    .header("X-Forwarded-Host", "copilot.example"));
            assertThat(reply.header(told)).isEqualTo("max-age=31536000");
            assertThat(reply.body()).contains("https://copilot.example");
            assertThat(server.get("/docs").header(told)).isEmpty();
            assertThat(server.send(server.as("all")
                                    .request("/docs")
                                    .header("X-Forwarded-Proto", "https")
                                    .header("X-Forwarded-Host", "\"><script>"))
                            .body())
                    .doesNotContain("\"><script>");
        }
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "10.0.0.0/8")) {
            assertThat(server.send(server.request("/docs").header("X-Forwarded-Proto", "https"))
                            .header(told))
                    .isEmpty();
        }
    }

    @Test
    void withoutAuthenticationADeclaredProxyIsRefusedAsWell() {
        try (TestServer server = TestServer.start(
                home, builder -> builder, of -> TestSettings.trusting(of, ProxyHeaders.X_FORWARDED, "127.0.0.1"))) {
            assertThat(server.send(server.request("/v1/agents").header("X-Forwarded-For", "127.0.0.1"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void whatIsNoNetworkIsTold() {
        for (String wrong : List.of("10.0.0.0/0", "10.0.0.0/33", "proxy.local", "10.0.0", "::1/129", "", "1.2.3.4/x")) {
            assertThatThrownBy(() -> TestSettings.trusting(HttpSettings.defaults(), ProxyHeaders.X_FORWARDED, wrong))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.http.trusted-proxies: '" + wrong + "'");
        }
    }

    private OrchestratorBuilder production(OrchestratorBuilder builder) {
        return builder.setting("copilot.environment", "prod")
                .setting("copilot.plugins.trust", "digest")
                .setting("copilot.encryption.local.secret-key", WORD)
                .authenticator(new TestKeys().with("all", "root", "acme", "*"));
    }

    @Test
    void inProductionPlainHttpOffLoopbackTakesADeclaredProxy() {
        try (Orchestrator orchestrator = production(
                        Orchestrator.builder().home(home).setting("copilot.storage.url", "memory:"))
                .start()) {
            HttpSettings everywhere = HttpSettings.defaults().at("0.0.0.0", 0);
            assertThatThrownBy(() -> HttpServer.start(orchestrator, everywhere))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.http.tls.certificate")
                    .hasMessageContaining("copilot.http.trusted-proxies");
            HttpServer.start(orchestrator, TestSettings.trusting(everywhere, ProxyHeaders.X_FORWARDED, "10.0.0.0/8"))
                    .close();
            HttpServer.start(orchestrator, HttpSettings.defaults().at(HttpSettings.LOOPBACK, 0))
                    .close();
        }
    }

    private static int status(TestServer server, String path, String... headers) {
        var request = server.as("all").request(path);
        return server.send(headers.length == 0 ? request : request.headers(headers))
                .status();
    }

    @Test
    void inProductionNothingIsAnsweredInTheClearButThroughAProxyThatHasIt() throws Exception {
        String proto = "X-Forwarded-Proto";
        try (TestServer server = TestServer.start(
                home,
                this::production,
                of -> TestSettings.trusting(of, ProxyHeaders.X_FORWARDED, "127.0.0.1")
                        .at("0.0.0.0", 0))) {
            assertThat(status(server, "/v1/agents", proto, "https")).isEqualTo(200);
            assertThat(status(server, "/v1/agents", proto, "http")).isEqualTo(403);
            assertThat(status(server, "/v1/agents", "X-Forwarded-For", "192.0.2.1"))
                    .isEqualTo(403);
            assertThat(status(server, "/openapi.json", proto, "http")).isEqualTo(403);
            assertThat(status(server, "/health/ready", proto, "http")).isEqualTo(200);
            // This machine is not far from itself.
            assertThat(status(server, "/v1/agents")).isEqualTo(200);
        }
        try (TestServer server = TestServer.start(
                home,
                this::production,
                of -> TestSettings.trusting(of, ProxyHeaders.X_FORWARDED, "10.0.0.0/8")
                        .at("0.0.0.0", 0))) {
            TestServer.Reply refused = server.send(server.as("all")
                    .request("/v1/agents")
                    .header("X-Forwarded-For", "192.0.2.1")
                    .header(proto, "https"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat((String) refused.at("/detail")).contains("copilot.http.trusted-proxies");
            assertThat(refused.header("WWW-Authenticate")).isEmpty();
            for (String address : elsewhere()) {
                URI direct = URI.create("http://" + address + ":" + server.server.port() + "/v1/agents");
                assertThat(server.send(HttpRequest.newBuilder(direct)).status()).isEqualTo(403);
            }
        }
    }

    /** Under which addresses this machine is reached from elsewhere; perhaps none. */
    private static List<String> elsewhere() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void onADevelopersMachineAProxyNeedNotHaveTls() {
        try (TestServer server = serve(ProxyHeaders.X_FORWARDED, "127.0.0.1")) {
            assertThat(status(server, "/v1/agents", "X-Forwarded-Proto", "http"))
                    .isEqualTo(200);
        }
    }
}
