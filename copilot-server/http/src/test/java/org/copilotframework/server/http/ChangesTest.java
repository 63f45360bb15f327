package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators change what serves, and reach what implementations bring for them. */
class ChangesTest {
    @TempDir
    static Path home;

    @TempDir
    Path folder;

    private static TestServer server;

    private static final class Levels implements ManagementEndpoint {
        @Override
        public String path() {
            return "levels";
        }

        @Override
        public String scope(String method) {
            return switch (method) {
                case "GET" -> "levels:read";
                case "DELETE" -> "";
                default -> "levels:write";
            };
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            if (request.rest().equals("fault")) {
                throw new IllegalStateException("of our inside");
            }
            return ManagementResponse.of(
                    "text/plain; charset=utf-8",
                    String.join(
                            "|",
                            request.method(),
                            request.rest(),
                            request.query().toString(),
                            new String(request.body(), StandardCharsets.UTF_8)));
        }
    }

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys().ofOperator("all", "root", "acme").with("few", "eve", "acme", "levels:read");
        server = TestServer.start(
                        home, builder -> builder.authenticator(keys).endpoint(new Levels()), settings -> settings)
                .as("all");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private TestServer.Reply install(byte[] archive, String query) {
        return server.send(server.request("/v1/plugins" + query)
                .header("Content-Type", "application/java-archive")
                .POST(BodyPublishers.ofByteArray(archive)));
    }

    @Test
    void aPluginIsInstalledReloadedRolledBackAndRemoved() throws IOException {
        byte[] one = Files.readAllBytes(PluginJars.plugin("hi", "1.0.0")
                .agent("hi", "return AgentReply.text(\"one\");")
                .build(folder));
        byte[] two = Files.readAllBytes(PluginJars.plugin("hi", "2.0.0")
                .agent("hi", "return AgentReply.text(\"two\");")
                .build(folder));

        assertThat(install(one, "").at("/change")).isEqualTo("installed");
        assertThat(install(two, "?sha256=" + "0".repeat(64)).status()).isEqualTo(400);
        assertThat(install(two, "").at("/change")).isEqualTo("updated");
        assertThat(server.get("/v1/plugins").at("/plugins/0/version")).isEqualTo("2.0.0");
        assertThat(server.post("/v1/plugins/hi:reload", "").at("/change")).isEqualTo("reloaded");
        assertThat(server.post("/v1/plugins/hi:rollback", "").at("/to")).isEqualTo("1.0.0");
        assertThat(server.delete("/v1/plugins/hi").at("/change")).isEqualTo("removed");
        assertThat(install("no archive".getBytes(StandardCharsets.UTF_8), "").status())
                .isEqualTo(400);
    }

    @Test
    void endpointsOfImplementationsAreReachedWithTheirOwnScopes() {
        assertThat(server.get("/v1/manage/levels").body()).isEqualTo("GET||{}|");
        assertThat(server.get("/v1/manage/levels/a/b?x=1").body()).isEqualTo("GET|a/b|{x=[1]}|");
        assertThat(server.send(server.request("/v1/manage/levels/a").PUT(BodyPublishers.ofString("debug")))
                        .body())
                .isEqualTo("PUT|a|{}|debug");
        assertThat(server.as("few").get("/v1/manage/levels").status()).isEqualTo(200);
        assertThat(server.as("few")
                        .send(server.as("few").request("/v1/manage/levels/a").PUT(BodyPublishers.ofString("debug")))
                        .status())
                .isEqualTo(403);
        assertThat(server.as("").get("/v1/manage/levels").status()).isEqualTo(401);
    }

    /** Else whoever may read would change, where what is no GET is a change. */
    @Test
    void headIsGetForAnEndpointToo() {
        String told = server.get("/v1/manage/levels").body();
        TestServer.Reply head =
                server.send(server.request("/v1/manage/levels").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(told.length()));
    }

    @Test
    void aMethodWithoutAScopeIsNobodys() {
        assertThat(server.delete("/v1/manage/levels").status()).isEqualTo(405);
        assertThat(server.delete("/v1/manage/levels/a").status()).isEqualTo(405);
    }

    @Test
    void whatIsNotLookedAtIsNotTaken() {
        assertThat(server.post("/v1/plugins/hi:reload", "{\"version\": \"2\"}").status())
                .isEqualTo(400);
    }

    @Test
    void aFaultIsToldByItsIncidentOnly() {
        TestServer.Reply reply = server.get("/v1/manage/levels/fault");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.at("/code")).isEqualTo("internal");
        assertThat(reply.body()).doesNotContain("inside", "Exception", "org.");
    }

    @Test
    void originsThatAreSetMayCall(@TempDir Path other) {
        try (TestServer shared = TestServer.start(
                other,
                builder -> builder,
                settings -> new HttpSettings(
                        settings.host(),
                        settings.port(),
                        settings.calls(),
                        settings.streams(),
                        settings.bodyBytes(),
                        settings.archiveBytes(),
                        settings.headerBytes(),
                        settings.idleTimeout(),
                        settings.keepAlive(),
                        settings.drainDelay(),
                        settings.drainTimeout(),
                        List.of("https://app.example.com")))) {
            TestServer.Reply asked = shared.send(shared.request("/v1/agents/echo:invoke")
                    .header("Origin", "https://app.example.com")
                    .header("Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody()));
            assertThat(asked.status()).isEqualTo(204);
            assertThat(asked.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
            assertThat(asked.header("Access-Control-Allow-Methods")).contains("POST");
            TestServer.Reply evil = shared.send(shared.request("/v1/agents")
                    .header("Origin", "https://evil.example")
                    .GET());
            assertThat(evil.status()).isEqualTo(403);
            assertThat(evil.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }
}
