package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Inbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A message does its work once, however often it is received. */
abstract class InboxKit extends Theme {
    private static final String ORDERS = "orders";
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void aMessageThatIsReceivedTwiceChangesNothing() {
        storage().commit(work("r1", 1, "m1"));
        assertThat(received(ORDERS, "m1")).isTrue();
        SessionHead before = head().orElseThrow();

        refused(work("r2", 2, "m1"));

        assertThat(head()).contains(before);
        assertThat(turns()).hasSize(1);
        assertThat(storage().runs().find(tenant(), new RunId("r2"))).isEmpty();
        assertThat(storage().values().get(tenant(), "done by r2")).isEmpty();
        assertThat(waiting()).hasSize(1);

        storage().commit(work("r2", 2, "m2"));
        assertThat(head().orElseThrow().version()).isEqualTo(2);
        assertThat(received(ORDERS, "m2")).isTrue();
    }

    @Test
    void aCommitThatIsRefusedHasReceivedNothing() {
        storage().commit(work("r1", 1, "m1"));

        refused(work("r2", 1, "m2"));

        assertThat(received(ORDERS, "m2"))
                .as("told apart by it from a second one")
                .isFalse();
        storage().commit(work("r2", 2, "m2"));
        assertThat(received(ORDERS, "m2")).isTrue();
    }

    @Test
    void aCommitThatIsSentAgainIsNoSecondMessage() {
        Commit commit = work("r1", 1, "m1");

        assertThat(storage().commit(commit).repeated()).isFalse();
        assertThat(storage().commit(commit).repeated()).isTrue();
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void aMessageOfAnotherSourceOrTenantIsAnother() {
        Map<String, String> sources = Map.of("a", "b/c", "a/b", "c", ORDERS, "b/c");
        AtomicInteger sessions = new AtomicInteger();
        for (TenantId tenant : List.of(tenant(), neighbour())) {
            sources.forEach((source, id) -> {
                assertThat(Inbox.has(storage().values(), tenant, source, id)).isFalse();
                storage()
                        .commit(Commit.in(tenant)
                                .session(says(new SessionId("s" + sessions.incrementAndGet()), "r1", 1))
                                .value(Inbox.received(source, id, LONG))
                                .build());
            });
            sources.forEach((source, id) -> assertThat(Inbox.has(storage().values(), tenant, source, id))
                    .isTrue());
            assertThat(storage().values().list(tenant, Inbox.PREFIX, "", 100, Long.MAX_VALUE))
                    .extracting(StoredValue::key)
                    .hasSize(sources.size());
        }
    }

    @Test
    void aMessageIsRememberedUntilItsTimeIsOverAndThenTakenAnew() {
        storage()
                .commit(Commit.in(tenant())
                        .session(says(SESSION, "r1", 1))
                        .value(Inbox.received(ORDERS, "m1", SHORT))
                        .build());
        eventually().until(() -> !received(ORDERS, "m1"));

        storage().commit(work("r2", 2, "m1"));

        assertThat(received(ORDERS, "m1")).isTrue();
        assertThat(turns()).hasSize(2);
        refused(work("r3", 3, "m1"));
    }

    @Test
    void whoTakesMessagesAsTheInboxShowsAcknowledgesWhatIsDoneAndNothingElse() {
        List<String> acknowledged = new ArrayList<>();

        take(says(SESSION, "r1", 1), "m1", acknowledged);
        take(says(SESSION, "r2", 2), "m1", acknowledged);
        assertThat(acknowledged).containsExactly("m1", "m1");
        assertThat(turns()).hasSize(1);

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> take(says(SESSION, "r2", 1), "m2", acknowledged));
        assertThat(acknowledged).doesNotContain("m2");

        take(says(SESSION, "r2", 2), "m2", acknowledged);
        assertThat(acknowledged).containsExactly("m1", "m1", "m2");
        assertThat(turns()).hasSize(2);
    }

    /** The example of {@link Inbox}. */
    private void take(SessionChange change, String message, List<String> acknowledged) {
        try {
            storage()
                    .commit(Commit.in(tenant())
                            .session(change)
                            .value(Inbox.received("orders", message, Duration.ofDays(7)))
                            .build());
        } catch (ConflictException refused) {
            if (!Inbox.has(storage().values(), tenant(), "orders", message)) {
                throw refused; // it is about something else in the commit
            }
        }
        acknowledged.add(message);
    }

    @Test
    void ofTwoThatReceiveOneMessageAtOnceOneDoesItsWork() throws Exception {
        receiveAtOnce(tenant(), List.of(storage(), storage(), storage(), storage()));
    }

    /** One receiver for each store given, which all are the same store, opened once or several times. */
    static void receiveAtOnce(TenantId tenant, List<Storage> receivers) throws Exception {
        int messages = 5;
        AtomicInteger done = new AtomicInteger();
        try (Crowd crowd = new Crowd()) {
            for (int i = 0; i < receivers.size(); i++) {
                int who = i;
                Storage storage = receivers.get(i);
                crowd.add(() -> {
                    for (int number = 0; number < messages; number++) {
                        try {
                            storage.commit(commitOf(tenant, who, number));
                            done.incrementAndGet();
                        } catch (ConflictException received) {
                            assertThat(Inbox.has(storage.values(), tenant, ORDERS, "m" + number))
                                    .isTrue();
                        }
                    }
                });
            }
        }
        assertThat(done.get()).isEqualTo(messages);
        Storage any = receivers.get(0);
        assertThat(any.sessions().list(tenant, null, 100)).hasSize(messages);
        assertThat(any.outbox().read(1000, Long.MAX_VALUE))
                .filteredOn(message -> message.tenant().equals(tenant))
                .hasSize(messages);
    }

    /** Each receiver works in a session of its own, so that only the message stands between them. */
    private static Commit commitOf(TenantId tenant, int receiver, int number) {
        return Commit.in(tenant)
                .session(says(new SessionId("s" + receiver + "-" + number), "r1", 1))
                .value(Inbox.received(ORDERS, "m" + number, LONG))
                .message(new OutboxMessage("done", "k" + number, payload("by " + receiver)))
                .build();
    }

    /** What a message asks for: all that a commit may change. */
    private Commit work(String run, long version, String message) {
        return Commit.in(tenant())
                .session(says(SESSION, run, version, Map.of("last", payload(run))))
                .start(queued(run, agent()))
                .value(Inbox.received(ORDERS, message, LONG))
                .value(ValueChange.insert("done by " + run, payload(message), null))
                .message(new OutboxMessage("done", "k", payload(run)))
                .build();
    }

    private void refused(Commit commit) {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage().commit(commit));
    }

    private boolean received(String source, String id) {
        return Inbox.has(storage().values(), tenant(), source, id);
    }
}
