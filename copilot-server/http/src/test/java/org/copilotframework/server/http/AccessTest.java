package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who comes is asked who he is, and does what he was granted. */
class AccessTest {
    @TempDir
    static Path home;

    private static final List<AuditEntry> AUDITED = new CopyOnWriteArrayList<>();

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys()
                .ofOperator("all", "root", "acme")
                .with("call", "alice", "acme", "agents:invoke:echo", "agents:read")
                .with("read", "bob", "acme", "sessions:read", "runs:read")
                .with("other", "eve", "evil", "*");
        server = TestServer.start(
                home, builder -> builder.authenticator(keys).audit(AUDITED::add), settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void nobodyIsToldWhatToBring() {
        TestServer.Reply reply = server.get("/v1/agents");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.at("/code")).isEqualTo("unauthenticated");
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"copilot\"");
        assertThat(server.as("wrong").get("/v1/agents").status()).isEqualTo(401);
    }

    @Test
    void scopesAreDemanded() {
        TestServer alice = server.as("call");
        assertThat(alice.get("/v1/agents").status()).isEqualTo(200);
        assertThat(alice.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}").status())
                .isEqualTo(200);
        assertThat(alice.post("/v1/agents/greeter:invoke", "{\"data\": {\"name\": \"A\", \"age\": 1}}")
                        .status())
                .isEqualTo(403);
        TestServer.Reply denied = alice.get("/v1/sessions");
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.at("/detail")).asString().contains("sessions:read");
        assertThat(alice.post("/v1/plugins/x:reload", "").status()).isEqualTo(403);
        assertThat(alice.post("/v1/tenants/acme:erase", "").status()).isEqualTo(403);
        assertThat(server.as("read").get("/v1/sessions").status()).isEqualTo(200);
        assertThat(AUDITED)
                .anyMatch(entry -> entry.outcome() == AuditEntry.Outcome.DENIED
                        && entry.subject().equals("alice")
                        && entry.action().equals("sessions:read"));
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        server.as("all").post("/v1/agents/echo:invoke", "{\"text\": \"a\", \"session\": \"ours\"}");
        String run = (String) server.as("all")
                .post("/v1/agents/asker:submit", "{\"text\": \"a\"}")
                .at("/id");
        TestServer eve = server.as("other");

        assertThat(eve.get("/v1/sessions/ours").status()).isEqualTo(404);
        assertThat(eve.get("/v1/sessions/ours/turns").status()).isEqualTo(404);
        assertThat(eve.delete("/v1/sessions/ours").status()).isEqualTo(404);
        assertThat(eve.get("/v1/runs/" + run).status()).isEqualTo(404);
        assertThat(eve.get("/v1/runs/" + run + "/events").status()).isEqualTo(404);
        assertThat(eve.post("/v1/runs/" + run + ":cancel", "").status()).isEqualTo(404);
        assertThat(eve.post("/v1/runs/" + run + ":input", "{\"text\": \"a\"}").status())
                .isEqualTo(404);
        assertThat(eve.delete("/v1/runs/" + run).status()).isEqualTo(404);
        assertThat(eve.post("/v1/tenants/acme:erase", "").status()).isEqualTo(403);
        assertThat(eve.send(eve.request("/v1/sessions").header("X-Tenant-Id", "acme"))
                        .status())
                .isEqualTo(403);
        assertThat(server.as("all").get("/v1/sessions/ours").status()).isEqualTo(200);
    }

    @Test
    void whatIsChangedIsAudited() {
        server.as("all").post("/v1/agents/echo:invoke", "{\"text\": \"a\", \"session\": \"gone\"}");
        server.as("all").delete("/v1/sessions/gone");
        server.as("all").delete("/v1/sessions/gone");
        assertThat(AUDITED.stream().filter(entry -> entry.target().equals("session/gone")))
                .extracting(AuditEntry::action, AuditEntry::outcome, AuditEntry::subject)
                .containsExactly(
                        tuple("sessions:delete", AuditEntry.Outcome.BEGUN, "root"),
                        tuple("sessions:delete", AuditEntry.Outcome.ALLOWED, "root"),
                        tuple("sessions:delete", AuditEntry.Outcome.BEGUN, "root"),
                        tuple("sessions:delete", AuditEntry.Outcome.FAILED, "root"));
    }

    @Test
    void healthIsForAllAndItsReasonsAreNot() {
        assertThat(server.get("/health/ready").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(server.get("/health/ready?verbose=true").status()).isEqualTo(401);
        assertThat(server.as("read").get("/health/ready?verbose=true").status()).isEqualTo(403);
        assertThat(server.as("all").get("/health/ready?verbose=true").at("/parts/0/name"))
                .isEqualTo("plugins");
    }

    @Test
    void agentsAreDescribedToThoseWhoMaySeeThem() {
        assertThat(server.get("/openapi.json").body()).doesNotContain("greeter");
        assertThat(server.as("read").get("/openapi.json").body()).doesNotContain("greeter");
        assertThat(server.as("call").get("/openapi.json").body()).contains("/v1/agents/greeter:invoke");
        // What strangers are told is made once; it is not what somebody else was told meanwhile.
        assertThat(server.get("/openapi.json").body())
                .isEqualTo(server.as("wrong").get("/openapi.json").body())
                .doesNotContain("greeter");
        assertThat(server.get("/docs").body()).doesNotContain("greeter").contains("/v1/agents/{agent}:invoke");
    }

    @Test
    void aStreamEndsWithTheCredential(@TempDir Path other) throws IOException, InterruptedException {
        TestKeys brief = new TestKeys().with("brief", "tim", "acme", "*").expiringAfter(Duration.ofSeconds(1));
        try (TestServer own = TestServer.start(other, builder -> builder.authenticator(brief), settings -> settings)) {
            TestServer tim = own.as("brief");
            try (EventReader stream = tim.events(tim.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
                assertThat(stream.next("error").at("/code")).isEqualTo("unauthenticated");
                assertThat(stream.next()).isNull();
            }
        }
    }

    @Test
    void aStreamEndsSoonAfterItsCredentialIsRevoked(@TempDir Path other) throws IOException, InterruptedException {
        TestKeys keys = new TestKeys().with("lost", "tim", "acme", "*");
        try (TestServer own = TestServer.start(
                other,
                builder -> builder.authenticator(keys),
                settings -> keptAlive(settings, Duration.ofMillis(50)))) {
            TestServer tim = own.as("lost");
            try (EventReader stream = tim.events(tim.json("/v1/agents/asker:stream", "{\"text\": \"a\"}"))) {
                stream.next("question");
                keys.without("lost");
                assertThat(stream.next("error").at("/code")).isEqualTo("unauthenticated");
                assertThat(stream.next()).isNull();
            }
        }
    }

    private static HttpSettings keptAlive(HttpSettings of, Duration every) {
        return new HttpSettings(
                of.host(),
                of.port(),
                of.calls(),
                of.streams(),
                of.bodyBytes(),
                of.archiveBytes(),
                of.headerBytes(),
                of.idleTimeout(),
                every,
                of.drainDelay(),
                of.drainTimeout(),
                of.corsOrigins());
    }

    @Test
    void whatIsWrongWithATokenIsTold() {
        assertThat(server.as("wrong").get("/v1/agents").header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"copilot\", error=\"invalid_token\"");
        assertThat(server.as("read").get("/v1/agents").header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"copilot\", error=\"insufficient_scope\", scope=\"agents:read\"");
        assertThat(server.as("call")
                        .post("/v1/agents/greeter:invoke", "{\"text\": \"a\"}")
                        .header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"copilot\", error=\"insufficient_scope\", scope=\"agents:invoke:greeter\"");
        TestServer.Reply strange = server.as("call").post("/v1/agents/a%22b:invoke", "{\"text\": \"a\"}");
        assertThat(strange.status()).isEqualTo(403);
        assertThat(strange.header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"copilot\", error=\"insufficient_scope\"");
    }

    @Test
    void withoutAuthenticationOnlyLoopbackIsListenedOn(@TempDir Path other) {
        try (Orchestrator open = Orchestrator.builder()
                .home(other)
                .setting("copilot.storage.url", "memory:")
                .start()) {
            assertThatThrownBy(
                            () -> HttpServer.start(open, HttpSettings.defaults().at("0.0.0.0", 0)))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }
}
