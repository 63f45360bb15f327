package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.groups.Tuple;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.api.spi.audit.AuditSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of each change it is kept before that it begins, and afterwards what came of it; and who was denied what. */
class AuditedTest {
    private static final String ORDER = "{\"subject\": \"bot\", \"scopes\": [\"agents:invoke\"], \"perMinute\": 5}";

    @TempDir
    Path home;

    private final Sink sink = new Sink();
    private TestServer server;
    private TestServer root;

    /** Keeps entries, but for those of an outcome that it is told to fail at. */
    private static final class Sink implements AuditSink {
        private final List<AuditEntry> kept = new CopyOnWriteArrayList<>();
        private volatile Outcome broken = Outcome.DENIED;

        @Override
        public void take(AuditEntry entry) {
            if (entry.outcome() == broken) {
                throw new UnavailableException("the disk is full", Duration.ofSeconds(1));
            }
            kept.add(entry);
        }

        private List<Tuple> outcomes(String action) {
            return kept.stream()
                    .filter(entry -> entry.action().equals(action))
                    .map(entry -> tuple(entry.target(), entry.outcome()))
                    .toList();
        }
    }

    @BeforeEach
    void start() {
        TestKeys keys = new TestKeys()
                .ofOperator("all", "root", "acme")
                .with("few", "eve", "acme", "agents:invoke:greeter", "agents:read");
        server = TestServer.start(home, builder -> builder.authenticator(keys).audit(sink), settings -> settings);
        root = server.as("all");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatIsMadeIsNamed() {
        String id = (String) root.post("/v1/keys", ORDER).at("/key/id");
        assertThat(sink.outcomes("keys:write"))
                .containsExactly(tuple("", Outcome.BEGUN), tuple("key/" + id, Outcome.ALLOWED));
        assertThat(sink.kept.get(sink.kept.size() - 1).detail())
                .contains("POST /v1/keys", "subject bot", "scopes agents:invoke", "5 a minute")
                .doesNotContain("secret");
    }

    @Test
    void whatCannotBeAuditedIsNotBegun() {
        sink.broken = Outcome.BEGUN;
        assertThat(root.post("/v1/keys", ORDER).status()).isEqualTo(503);
        assertThat(root.get("/v1/keys").body()).isEqualTo("{\"keys\":[]}");
    }

    @Test
    void whatWasDoneIsAnsweredAlsoIfItsOutcomeIsNotKept() {
        sink.broken = Outcome.ALLOWED;
        TestServer.Reply made = root.post("/v1/keys", ORDER);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.at("/secret")).asString().isNotEmpty();
        assertThat(sink.outcomes("keys:write")).containsExactly(tuple("", Outcome.BEGUN));
    }

    @Test
    void whatFailsIsToldAsFailed() {
        assertThat(root.delete("/v1/sessions/gone").status()).isEqualTo(404);
        assertThat(sink.outcomes("sessions:delete"))
                .containsExactly(tuple("session/gone", Outcome.BEGUN), tuple("session/gone", Outcome.FAILED));
    }

    /** Who looks for the key that leaked may paste all of it. */
    @Test
    void aWholeKeyInThePathIsNotKept() {
        sink.broken = Outcome.ALLOWED;
        String whole = "ck_abcdefghijkl_0123456789012345678901234567890123456789012ABCDEF";
        TestServer.Reply reply = root.delete("/v1/keys/" + whole);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).doesNotContain(whole);
        assertThat(sink.kept.toString()).contains("key/?").doesNotContain(whole);
    }

    @Test
    void callsOfAgentsThatAreDeniedAreKept() {
        sink.broken = Outcome.ALLOWED;
        TestServer eve = server.as("few");
        assertThat(eve.post("/v1/agents/echo:invoke", "{\"text\": \"a\"}").status())
                .isEqualTo(403);
        assertThat(eve.post("/v1/agents/echo:submit", "{\"text\": \"a\"}").status())
                .isEqualTo(403);
        assertThat(eve.post("/v1/agents/echo:stream", "{\"text\": \"a\"}").status())
                .isEqualTo(403);
        assertThat(sink.outcomes("agents:invoke"))
                .containsExactly(
                        tuple("agent/echo", Outcome.DENIED),
                        tuple("agent/echo", Outcome.DENIED),
                        tuple("agent/echo", Outcome.DENIED));
        assertThat(sink.kept).allMatch(entry -> entry.subject().equals("eve"));
    }
}
