package org.copilotframework.storage.tck;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** What all themes of the kit share: one open store for a theme, and tenants of its own for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Theme {
    /** How long the kit waits for what must happen. Nothing is said about how fast it should be. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final SessionId SESSION = new SessionId("s1");

    private Storage storage;
    private TenantId tenant;
    private TenantId neighbour;
    private String agent;

    /** For the themes of the kit. */
    Theme() {}

    /**
     * The store that the tests are about. It is asked for when the first test of the theme begins.
     *
     * @return always the same store
     */
    protected abstract StoreUnderTest store();

    @BeforeAll
    void openStore() {
        storage = store().open();
        storage.migrate();
        List<OutboxRecord> left = storage.outbox().read(1000, Long.MAX_VALUE);
        while (!left.isEmpty()) {
            storage.outbox().remove(left);
            left = storage.outbox().read(1000, Long.MAX_VALUE);
        }
    }

    @AfterAll
    void closeStore() {
        storage.close();
    }

    @BeforeEach
    void beginTest() {
        String name = UUID.randomUUID().toString();
        tenant = new TenantId("t." + name);
        neighbour = new TenantId("n." + name);
        agent = "agent-" + name;
    }

    @AfterEach
    void takeMessagesAway() {
        storage.outbox()
                .remove(storage.outbox().read(1000, Long.MAX_VALUE).stream()
                        .filter(message -> message.tenant().equals(tenant)
                                || message.tenant().equals(neighbour))
                        .toList());
    }

    final Storage storage() {
        return storage;
    }

    /** The tenant of this test; nobody else has it. */
    final TenantId tenant() {
        return tenant;
    }

    /** Another tenant of this test. */
    final TenantId neighbour() {
        return neighbour;
    }

    /** The agent of this test's runs; nobody else claims them. */
    final String agent() {
        return agent;
    }

    final CommitResult commit(SessionChange change) {
        return storage.commit(Commit.in(tenant).session(change).build());
    }

    final CommitResult commit(RunStart start) {
        return storage.commit(Commit.in(tenant).start(start).build());
    }

    final CommitResult commit(RunChange change) {
        return storage.commit(Commit.in(tenant).run(change).build());
    }

    final Optional<SessionHead> head() {
        return storage.sessions().head(tenant, SESSION);
    }

    final List<StoredTurn> turns() {
        return storage.sessions().turns(tenant, SESSION, Long.MAX_VALUE, 1000, Long.MAX_VALUE);
    }

    final RunRecord run(String id) {
        return storage.runs()
                .find(tenant, new RunId(id))
                .orElseThrow(() -> new AssertionError("there is no run '" + id + "'"));
    }

    /** This test's messages that wait. */
    final List<OutboxRecord> waiting() {
        return storage.outbox().read(1000, Long.MAX_VALUE).stream()
                .filter(message -> message.tenant().equals(tenant))
                .toList();
    }

    static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50));
    }
}
