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
                .with("all", "root", "acme", "*")
                .with("clerk", "carl", "acme", "keys:write", "agents:invoke")
                .with("other", "eve", "evil", "*");
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
        assertThat(root.post(path + ":rotate", "{\"overlap\": \"P60D\"}").at("/pointer")).isEqualTo("/overlap");
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
    void keysOfAnotherTenantAreNotThere() {
        String path = "/v1/keys/" + root.post("/v1/keys", order("agents:invoke")).at("/key/id");
        TestServer eve = server.as("other");
        assertThat(eve.get(path).status()).isEqualTo(404);
        assertThat(eve.post(path + ":rotate", "").status()).isEqualTo(404);
        assertThat(eve.delete(path).status()).isEqualTo(404);
        assertThat(eve.get("/v1/keys").body()).isEqualTo("{\"keys\":[]}");
        assertThat(root.get(path).status()).isEqualTo(200);
    }

    @Test
    void anOrderThatDoesNotFitIsToldWithItsPlace() {
        assertThat(root.post("/v1/keys", "{\"subject\": \"bot\", \"scopes\": \"all\"}").at("/pointer"))
                .isEqualTo("/scopes");
        assertThat(root.post("/v1/keys", "{\"subject\": \"bot\"}").status()).isEqualTo(400);
    }
}
