package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys are administered by those who may, and nobody hands on more than he has. */
class KeysTest {
    @TempDir
    static Path home;

    private static TestServer server;
    private static TestServer root;
    private static TestServer clerk;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys()
                .ofOperator("all", "root", "acme")
                .with("clerk", "carl", "acme", "keys:write", "keys:issue", "agents:invoke")
                .with("maker", "mia", "acme", "keys:write", "agents:invoke")
                .with("other", "eve", "evil", "*", "tenants:erase");
        server = TestServer.start(home, builder -> builder.authenticator(keys), settings -> settings);
        root = server.as("all");
        clerk = server.as("clerk");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String order(String scope) {
        return "{\"subject\": \"bot\", \"scopes\": [\"" + scope + "\"], \"perMinute\": 5}";
    }

    @Test
    void aKeyIsMadeShownRotatedAndRevoked() {
        TestServer.Reply made = root.post("/v1/keys", order("agents:invoke"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.at("/secret")).asString().startsWith("secret-");
        assertThat(made.at("/key/tenant")).isEqualTo("acme");
        String path = "/v1/keys/" + made.at("/key/id");
        assertThat(root.get(path).at("/perMinute")).isEqualTo(5L);
        assertThat(root.get(path).body()).doesNotContain("secret");
        assertThat(root.get("/v1/keys?limit=1").at("/keys/0/subject")).isEqualTo("bot");

        TestServer.Reply rotated = root.post(path + ":rotate", "{\"overlap\": \"PT1H\"}");
        assertThat(rotated.at("/secret")).isNotEqualTo(made.at("/secret"));
        assertThat(root.post(path + ":rotate", "").status()).isEqualTo(200);
        assertThat(root.post(path + ":rotate", "{\"overlap\": \"P60D\"}").at("/pointer"))
                .isEqualTo("/overlap");
        assertThat(root.delete(path).status()).isEqualTo(204);
        assertThat(root.delete(path).status()).isEqualTo(404);
    }

    @Test
    void nobodyHandsOnMoreThanHeHas() {
        assertThat(clerk.post("/v1/keys", order("agents:invoke:echo")).status()).isEqualTo(201);
        for (String more : new String[] {"*", "agents:*", "plugins:write", "role:admin"}) {
            assertThat(clerk.post("/v1/keys", order(more)).status()).as(more).isEqualTo(403);
        }
        String strong = "/v1/keys/" + root.post("/v1/keys", order("*")).at("/key/id");
        assertThat(clerk.post(strong + ":rotate", "").status()).isEqualTo(403);
        assertThat(clerk.get("/v1/keys").status()).isEqualTo(403);
    }

    @Test
    void aKeyOfAnotherSubjectTakesAScopeOfItsOwn() {
        TestServer maker = server.as("maker");
        assertThat(maker.post("/v1/keys", order("agents:invoke")).at("/detail"))
                .asString()
                .contains("keys:issue");
        assertThat(maker.post("/v1/keys", order("agents:invoke").replace("bot", "mia"))
                        .status())
                .isEqualTo(201);
        String bots =
                "/v1/keys/" + root.post("/v1/keys", order("agents:invoke")).at("/key/id");
        assertThat(maker.post(bots + ":rotate", "").status()).isEqualTo(403);
    }

    @Test
    void aKeyDoesNotOutliveWhatItsMakerCameWith(@TempDir Path other) {
        TestKeys brief = new TestKeys()
                .with("brief", "tim", "acme", "keys:write", "agents:invoke")
                .with("issuer", "ira", "acme", "keys:write", "keys:issue", "agents:invoke")
                .expiringAfter(java.time.Duration.ofHours(1));
        try (TestServer own = TestServer.start(other, builder -> builder.authenticator(brief), settings -> settings)) {
            String order = "{\"subject\": \"tim\", \"scopes\": [\"agents:invoke\"]%s}";
            String until = ", \"expires\": \"" + java.time.Instant.now().plusSeconds(60) + "\"";
            TestServer tim = own.as("brief");
            assertThat(tim.post("/v1/keys", order.formatted("")).status()).isEqualTo(403);
            TestServer.Reply made = tim.post("/v1/keys", order.formatted(until));
            assertThat(made.status()).as(made.body()).isEqualTo(201);
            String lasting = "/v1/keys/"
                    + own.as("issuer").post("/v1/keys", order.formatted("")).at("/key/id");
            assertThat(tim.post(lasting + ":rotate", "").status()).isEqualTo(403);
        }
    }

    @Test
    void keysOfATenantThatIsErasedAreRevoked() {
        TestServer eve = server.as("other");
        eve.post("/v1/keys", order("agents:invoke"));
        assertThat(eve.post("/v1/tenants/evil:erase", "").at("/keys")).isEqualTo(1L);
        assertThat(eve.get("/v1/keys").body()).isEqualTo("{\"keys\":[]}");
    }

    @Test
    void keysOfAnotherTenantAreNotThere() {
        String path =
                "/v1/keys/" + root.post("/v1/keys", order("agents:invoke")).at("/key/id");
        TestServer eve = server.as("other");
        assertThat(eve.get(path).status()).isEqualTo(404);
        assertThat(eve.post(path + ":rotate", "").status()).isEqualTo(404);
        assertThat(eve.delete(path).status()).isEqualTo(404);
        assertThat(eve.get("/v1/keys").body()).isEqualTo("{\"keys\":[]}");
        assertThat(root.get(path).status()).isEqualTo(200);
    }

    @Test
    void anOrderThatDoesNotFitIsToldWithItsPlace() {
        assertThat(root.post("/v1/keys", "{\"subject\": \"bot\", \"scopes\": \"all\"}")
                        .at("/pointer"))
                .isEqualTo("/scopes");
        assertThat(root.post("/v1/keys", "{\"subject\": \"bot\"}").status()).isEqualTo(400);
    }
}
