package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The administrator of a tenant, who was granted all, does nothing to what belongs to no tenant. */
class HostRoutesTest {
    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys()
                .with("boss", "bea", "acme", "*")
                .with("nurse", "ned", "acme", "health:read")
                .ofOperator("operator", "root", "acme");
        server = TestServer.start(
                home, builder -> builder.authenticator(keys).endpoint(new Levels()), settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static final class Levels implements ManagementEndpoint {
        @Override
        public String path() {
            return "levels";
        }

        @Override
        public String scope(String method) {
            return method.equals("GET") ? "levels:read" : "";
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return ManagementResponse.of("text/plain", "info");
        }
    }

    @Test
    void allOfATenantIsNothingOfTheHost() {
        TestServer boss = server.as("boss");
        assertThat(boss.get("/v1/sessions").status()).isEqualTo(200);
        for (String path : List.of("/v1/plugins", "/v1/manage/levels", "/health/ready?verbose=true")) {
            TestServer.Reply denied = boss.get(path);
            assertThat(denied.status()).as(path).isEqualTo(403);
            assertThat(denied.header("WWW-Authenticate")).contains("insufficient_scope");
            assertThat(server.as("operator").get(path).status()).as(path).isEqualTo(200);
        }
        for (String path :
                List.of("/v1/plugins", "/v1/plugins/x:reload", "/v1/plugins/x:rollback", "/v1/tenants/acme:erase")) {
            assertThat(boss.post(path, "{}").status()).as(path).isEqualTo(403);
        }
        assertThat(boss.delete("/v1/plugins/x").status()).isEqualTo(403);
        assertThat(server.as("operator").delete("/v1/plugins/x").status()).isEqualTo(404);
        assertThat(server.as("nurse").get("/health/ready?verbose=true").status())
                .isEqualTo(200);
    }

    @Test
    void noKeyThatHeMakesGainsIt() {
        TestServer boss = server.as("boss");
        for (String scope : List.of("plugins:write", "plugins", "p*", "levels:read", "health:read", "role:admin")) {
            assertThat(boss.post("/v1/keys", order(scope)).status()).as(scope).isEqualTo(403);
            assertThat(server.as("operator").post("/v1/keys", order(scope)).status())
                    .as(scope)
                    .isEqualTo(201);
        }
        assertThat(boss.post("/v1/keys", order("*")).status()).isEqualTo(201);
        String strong = "/v1/keys/"
                + server.as("operator").post("/v1/keys", order("plugins:write")).at("/key/id");
        assertThat(boss.post(strong + ":rotate", "").status()).isEqualTo(403);
    }

    private static String order(String scope) {
        return "{\"subject\": \"bot\", \"scopes\": [\"" + scope + "\"]}";
    }
}
