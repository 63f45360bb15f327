package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has begun a run sees it and ends it, though he may see no others. */
class OwnRunsTest {
    @TempDir
    static Path home;

    private static final List<AuditEntry> AUDITED = new CopyOnWriteArrayList<>();

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys()
                .with("alice", "alice", "acme", "agents:invoke")
                .with("bob", "bob", "acme", "agents:invoke")
                .with("namesake", "alice", "evil", "agents:invoke")
                .with("reader", "carol", "acme", "runs:read");
        server = TestServer.start(
                home, builder -> builder.authenticator(keys).audit(AUDITED::add), settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String submitted(String as, String agent) {
        return server.as(as)
                .post("/v1/agents/" + agent + ":submit", "{\"text\": \"a\"}")
                .header("Location");
    }

    @Test
    void whoBeganARunComesBackToIt() throws IOException, InterruptedException {
        TestServer alice = server.as("alice");
        String run = submitted("alice", "echo");
        try (EventReader events = alice.events(alice.request(run + "/events").GET())) {
            assertThat(events.next("reply").at("/message/parts/0/text")).isEqualTo("a");
        }
        TestServer.Reply shown = alice.get(run);
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.at("/run/state")).isEqualTo("completed");
        assertThat(shown.at("/reply/message/parts/0/text")).isEqualTo("a");
    }

    @Test
    void whoBeganARunEndsIt() {
        String run = submitted("alice", "asker");

        assertThat(server.as("bob").post(run + ":cancel", "{}").status()).isEqualTo(403);
        TestServer.Reply canceled = server.as("alice").post(run + ":cancel", "{}");
        assertThat(canceled.status()).isEqualTo(200);
        assertThat(canceled.at("/canceled")).isEqualTo(true);
        assertThat(AUDITED).anySatisfy(entry -> {
            assertThat(entry.subject()).isEqualTo("alice");
            assertThat(entry.action()).isEqualTo("runs:cancel");
            assertThat(entry.outcome()).isEqualTo(AuditEntry.Outcome.ALLOWED);
        });
    }

    @Test
    void othersNeedTheScopeAndLearnNothingWithoutIt() {
        String run = submitted("alice", "echo");

        for (String other : List.of("bob", "namesake")) {
            TestServer.Reply there = server.as(other).get(run);
            TestServer.Reply nowhere = server.as(other).get("/v1/runs/none");
            assertThat(there.status()).isEqualTo(403);
            assertThat(there.body()).isEqualTo(nowhere.body());
            assertThat(server.as(other).get(run + "/events").status()).isEqualTo(403);
        }
        assertThat(server.as("reader").get(run).status()).isEqualTo(200);
        assertThat(server.as("reader").post(run + ":cancel", "{}").status()).isEqualTo(403);
    }

    @Test
    void hisOwnRunsAreNotAListOfThem() {
        submitted("alice", "echo");

        assertThat(server.as("alice").get("/v1/runs").status()).isEqualTo(403);
        assertThat(server.as("alice").delete(submitted("alice", "echo")).status())
                .isEqualTo(403);
    }

    /** The application decides about one's own, too: here not about those who are locked out. */
    @Test
    void theApplicationMayRefuseOnesOwnAsWell(@TempDir Path other) {
        AtomicBoolean lockedOut = new AtomicBoolean();
        Authorizer application = new Authorizer() {
            @Override
            public boolean mayInvoke(Caller caller, String agent) {
                return true;
            }

            @Override
            public boolean may(Caller caller, String scope, String target) {
                return !lockedOut.get() && Authorizer.super.may(caller, scope, target);
            }
        };
        TestKeys keys = new TestKeys().with("alice", "alice", "acme", "agents:invoke");
        try (TestServer at = TestServer.start(
                other, builder -> builder.authenticator(keys).authorizer(application), settings -> settings)) {
            TestServer alice = at.as("alice");
            String run =
                    alice.post("/v1/agents/echo:submit", "{\"text\": \"a\"}").header("Location");
            assertThat(alice.get(run).status()).isEqualTo(200);
            lockedOut.set(true);
            assertThat(alice.get(run).status()).isEqualTo(403);
            assertThat(alice.get(run + "/events").status()).isEqualTo(403);
            assertThat(alice.post(run + ":cancel", "{}").status()).isEqualTo(403);
        }
    }
}
