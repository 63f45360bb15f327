package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Admission;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: an OAuth2 server issues tokens, the host reads the settings and lets their subjects in. */
class MockIssuerTest {
    private static final MockOAuth2Server SERVER = new MockOAuth2Server();

    @TempDir
    Path home;

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.shutdown();
    }

    private OrchestratorBuilder host() {
        return Orchestrator.builder()
                .home(home)
                .setting("copilot.security.authenticators", "jwt")
                .setting(
                        "copilot.security.jwt.issuer",
                        SERVER.issuerUrl("copilot").toString())
                .setting("copilot.security.jwt.audience", "copilot-api")
                .setting("copilot.security.jwt.roles-claims", "realm_access.roles")
                .setting("copilot.security.jwt.timeout", "20s")
                .setting("copilot.security.roles.reader", "sessions:read");
    }

    private static Admission ask(Orchestrator copilot, String token) {
        Map<String, List<String>> headers = Map.of("Authorization", List.of("Bearer " + token));
        return copilot.access().admit(new Credentials(headers, List.of(), "192.0.2.1"));
    }

    private static String token(String issuer, String audience, long seconds) {
        Map<String, Object> claims =
                Map.of("tenant", "acme", "scope", "agents:invoke", "realm_access", Map.of("roles", List.of("reader")));
        return SERVER.issueToken(issuer, "alice", audience, claims, seconds).serialize();
    }

    @Test
    void whomTheServerIssuesATokenIsLetIn() {
        try (Orchestrator copilot = host().start()) {
            Admission alice = ask(copilot, token("copilot", "copilot-api", 600));
            assertThat(alice.caller().principal().subject()).isEqualTo("alice");
            assertThat(alice.caller().tenant()).isEqualTo(new TenantId("acme"));
            assertThat(alice.caller().principal().scopes()).containsExactlyInAnyOrder("agents:invoke", "sessions:read");
            assertThat(copilot.access().challenges()).containsExactly("Bearer realm=\"copilot\"");
        }
    }

    @Test
    void tokensOfAnotherIssuerForAnotherAudienceOrThatAreOverAreNot() {
        try (Orchestrator copilot = host().start()) {
            for (String wrong : List.of(
                    token("another", "copilot-api", 600),
                    token("copilot", "another", 600),
                    token("copilot", "copilot-api", -600))) {
                assertThatThrownBy(() -> ask(copilot, wrong)).isInstanceOf(UnauthenticatedException.class);
            }
        }
    }

    @Test
    void besideAnIssuerTheSecretOfTheHostSignsOnlyIfItsAlgorithmIsNamed() {
        DevelopmentToken dev = new DevelopmentToken(
                "dev", new TenantId("acme"), Set.of("*"), List.of("copilot-api"), Duration.ofMinutes(5));
        String token = dev.sign(Tokens.SECRET, Instant.now());
        try (Orchestrator copilot = host().setting("copilot.security.jwt.secret", Tokens.SECRET)
                .setting("copilot.security.jwt.algorithms", "HS256,RS256")
                .start()) {
            assertThat(ask(copilot, token).caller().tenant()).isEqualTo(new TenantId("acme"));
        }
        try (Orchestrator copilot =
                host().setting("copilot.security.jwt.secret", Tokens.SECRET).start()) {
            assertThatThrownBy(() -> ask(copilot, token)).isInstanceOf(UnauthenticatedException.class);
            ask(copilot, token("copilot", "copilot-api", 600));
        }
    }

    @Test
    void whoseTokenIsGoodIsServedOverHttpForHisTenantWithHisRoles() throws Exception {
        try (Served served = new Served(host())) {
            String token = token("copilot", "copilot-api", 600);
            assertThat(served.call(token).body()).contains("alice of acme");
            assertThat(served.get("/v1/sessions", token).statusCode()).isEqualTo(200);
            assertThat(served.get("/v1/runs", token).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void whoseTokenIsNotIsToldSoOverHttpAndNoMore() throws Exception {
        try (Served served = new Served(host())) {
            for (String wrong : List.of(
                    token("another", "copilot-api", 600),
                    token("copilot", "another", 600),
                    token("copilot", "copilot-api", -600),
                    "not.a.token")) {
                HttpResponse<String> refused = served.call(wrong);
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
                        .contains("error=\"invalid_token\"");
                assertThat(refused.body())
                        .contains("the credentials of this request are not valid")
                        .doesNotContain("audience", "issuer", "expired");
            }
        }
    }
}
