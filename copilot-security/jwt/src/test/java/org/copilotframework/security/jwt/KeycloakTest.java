package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keycloak issues the tokens, and a server over HTTP serves whom it issues them to. */
@Tag("all-backends")
class KeycloakTest {
    @TempDir
    static Path folder;

    private static Keycloak keycloak;

    @TempDir
    Path home;

    @BeforeAll
    @Timeout(600)
    static void start() throws IOException {
        keycloak = new Keycloak(folder);
    }

    @AfterAll
    static void stop() {
        keycloak.close();
    }

    private OrchestratorBuilder host() {
        return Orchestrator.builder()
                .home(home)
                .setting("copilot.security.authenticators", "jwt")
                .setting("copilot.security.jwt.issuer", keycloak.issuer())
                .setting("copilot.security.jwt.audience", "copilot-api")
                .setting("copilot.security.jwt.roles-claims", "realm_access.roles")
                .setting("copilot.security.jwt.timeout", "30s")
                .setting("copilot.security.jwt.refresh", "1s")
                .setting("copilot.security.jwt.pause", "1s")
                .setting("copilot.security.roles.caller", "agents:invoke")
                .setting("copilot.security.roles.reader", "sessions:read");
    }

    @Test
    void aServiceIsServedByItsOwnCredentials() throws Exception {
        try (Served served = new Served(host())) {
            String token = keycloak.tokenOf("billing");
            assertThat(served.call(token).body()).contains(" of acme");
            assertThat(served.get("/v1/sessions", token).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void aUserIsServedForHisTenantWithHisRoles() throws Exception {
        try (Served served = new Served(host())) {
            String token = keycloak.tokenOf("billing", "alice");
            assertThat(served.call(token).body()).contains(" of acme");
            assertThat(served.get("/v1/sessions", token).statusCode()).isEqualTo(200);
            assertThat(served.get("/v1/runs", token).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void aTokenForAnotherAudienceIsRefused() throws Exception {
        try (Served served = new Served(host())) {
            assertThat(served.call(keycloak.tokenOf("elsewhere")).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void onceTheKeysHaveChangedNewTokensAreTakenAndThoseBeforeAreNot() throws Exception {
        try (Served served = new Served(host())) {
            String before = keycloak.tokenOf("billing");
            assertThat(served.call(before).statusCode()).isEqualTo(200);
            keycloak.changeKeys();
            String after = keycloak.tokenOf("billing");
            await().atMost(Duration.ofMinutes(1)).until(() -> served.call(after).statusCode() == 200);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> served.call(before).statusCode() == 401);
        }
    }
}
