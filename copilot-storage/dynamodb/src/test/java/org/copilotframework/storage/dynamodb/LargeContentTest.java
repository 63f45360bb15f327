package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.dynamodb.Sample.SESSION;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.begin;
import static org.copilotframework.storage.dynamodb.Sample.begun;
import static org.copilotframework.storage.dynamodb.Sample.payload;
import static org.copilotframework.storage.dynamodb.Sample.says;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Content that no item can hold goes on in others, comes back whole, and leaves nothing behind. */
class LargeContentTest {
    private final TableUnderTest table = TableUnderTest.fresh();
    private final Payload large = random(1, 900_000);
    private final Payload larger = random(2, 1_500_000);
    private Storage storage;

    @BeforeEach
    void open() {
        storage = table.open();
        storage.migrate();
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void turnsThatAreTrimmedLeaveNothing() {
        storage.commit(says(1, larger, Map.of(), 2));
        storage.commit(says(2, payload("small"), Map.of(), 2));
        assertThat(turns()).extracting(StoredTurn::content).containsExactly(larger, payload("small"));
        assertThat(parts()).isPositive();
        storage.commit(says(3, payload("small"), Map.of(), 2));
        assertThat(parts()).isZero();
    }

    @Test
    void stateThatIsReplacedOrRemovedLeavesNothing() {
        storage.commit(says(1, payload("x"), Map.of("a", large, "b", large), 0));
        storage.commit(says(2, payload("x"), Map.of("a", larger), 0));
        assertThat(storage.sessions().head(TENANT, SESSION).orElseThrow().state())
                .isEqualTo(Map.of("a", larger, "b", large));
        Map<String, Payload> none = new java.util.HashMap<>();
        none.put("a", null);
        none.put("b", payload("small"));
        storage.commit(says(3, payload("x"), none, 0));
        assertThat(storage.sessions().head(TENANT, SESSION).orElseThrow().state())
                .isEqualTo(Map.of("b", payload("small")));
        assertThat(parts()).isZero();
    }

    @Test
    void aSessionThatIsDeletedLeavesNothing() {
        storage.commit(says(1, larger, Map.of("a", larger), 0));
        assertThat(storage.sessions().delete(TENANT, SESSION)).isTrue();
        assertThat(items()).as("the version of the schema").isEqualTo(1);
    }

    @Test
    void aRunThatIsSweptLeavesNothing() {
        storage.commit(begin(begun("r1", RunState.INPUT_REQUIRED, Due.never())));
        storage.commit(change(1, "c1", RunState.INPUT_REQUIRED, larger));
        assertThat(storage.runs().find(TENANT, new RunId("r1")).orElseThrow().detail())
                .isEqualTo(larger);
        storage.commit(change(2, "c2", RunState.INPUT_REQUIRED, payload("small")));
        assertThat(parts()).as("of the detail before").isZero();
        storage.commit(change(3, "c3", RunState.INPUT_REQUIRED, large));
        storage.commit(Commit.in(TENANT)
                .within(new RunLease(TENANT, new RunId("r1"), 4))
                .step(new StepRecord("s", larger))
                .build());
        assertThat(storage.runs().step(TENANT, new RunId("r1"), "s")).contains(new StepRecord("s", larger));
        storage.commit(change(4, "c4", RunState.COMPLETED, large));
        while (storage.sweep(new Retention(null), 10) == 0) {
            Thread.onSpinWait();
        }
        assertThat(items()).as("the version of the schema").isEqualTo(1);
    }

    private static Commit change(long fence, String name, RunState state, Payload detail) {
        return Commit.in(TENANT)
                .run(new RunChange(
                        new RunId("r1"), fence, name, state, 1, detail, null, Due.never(), Duration.ofMillis(1)))
                .build();
    }

    @Test
    void eventsAreDroppedWithAllTheirParts() {
        storage.commit(begin(begun("r1", RunState.INPUT_REQUIRED, Due.never())));
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            events.add(new StoredEvent(i, i == 3 ? larger : i == 5 ? large : random(i, 100_000)));
        }
        RunLease lease = new RunLease(TENANT, new RunId("r1"), 1);
        assertThat(storage.runs().retain(lease, events, 0)).isTrue();
        assertThat(read(0, Long.MAX_VALUE)).isEqualTo(events);
        assertThat(read(2, 1_600_000)).isEqualTo(events.subList(2, 4));
        storage.runs().retain(lease, List.of(), 4);
        assertThat(read(0, Long.MAX_VALUE)).isEqualTo(events.subList(3, 6));
        storage.runs().retain(lease, events, 6);
        assertThat(read(0, Long.MAX_VALUE)).isEqualTo(events.subList(5, 6));
        assertThat(parts()).isZero();
    }

    private List<StoredEvent> read(long after, long maxBytes) {
        return storage.runs().events(TENANT, new RunId("r1"), after, 100, maxBytes);
    }

    @Test
    void valuesAndMessagesLeaveNothing() {
        long version = storage.values()
                .compareAndSet(TENANT, ValueChange.insert("k", larger, null))
                .orElseThrow();
        assertThat(storage.values()
                        .list(TENANT, "", "", 10, Long.MAX_VALUE)
                        .get(0)
                        .value())
                .isEqualTo(larger);
        version = storage.values()
                .compareAndSet(TENANT, ValueChange.update("k", version, large, null))
                .orElseThrow();
        assertThat(storage.values().get(TENANT, "k").orElseThrow().value()).isEqualTo(large);
        storage.values().compareAndSet(TENANT, ValueChange.delete("k", version));
        storage.commit(Commit.in(TENANT)
                .start(begun("r1", RunState.INPUT_REQUIRED, Due.never()))
                .message(new OutboxMessage("t", "k", larger))
                .message(new OutboxMessage("t", "k", payload("small")))
                .build());
        List<OutboxRecord> waiting = storage.outbox().read(10, Long.MAX_VALUE);
        assertThat(waiting).extracting(record -> record.message().content()).containsExactly(larger, payload("small"));
        storage.outbox().remove(waiting);
        assertThat(parts()).isZero();
    }

    @Test
    void whatATransactionCannotHoldIsRefusedAndNothingIsWritten() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> storage.commit(says(1, random(1, 4_300_000), Map.of(), 0)))
                .withMessageContaining("4 MB")
                .withMessageContaining("blobs");
        assertThat(storage.sessions().head(TENANT, SESSION)).isEmpty();
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void theMostContentThatIsPromisedIsTakenWithTheLongestNames() {
        int rider = 10_000;
        Commit.Builder commit = Commit.in(TENANT);
        for (int i = 0; i < 22; i++) {
            commit.step(new StepRecord(name(i), random(i, rider)))
                    .value(ValueChange.insert(name(i), random(i, rider), null));
        }
        for (int i = 44; i < Commit.MAX_RIDERS; i++) {
            commit.message(new OutboxMessage(name(i), name(i), random(i, rider)));
        }
        long left = storage.maxCommitBytes()
                - Commit.MAX_RIDERS * rider
                - payload("asked").bytes().length;
        commit.session(says(1, random(1, (int) (left - 500_000)), Map.of("k", random(2, 500_000)), 1)
                .session()
                .orElseThrow());
        Commit whole =
                commit.start(begun("r1", RunState.INPUT_REQUIRED, Due.never())).build();
        assertThat(whole.contentBytes()).isEqualTo(storage.maxCommitBytes());

        assertThat(storage.commit(whole).repeated()).isFalse();
        assertThat(storage.outbox().read(1000, Long.MAX_VALUE)).hasSize(Commit.MAX_RIDERS - 44);
    }

    private static String name(int number) {
        return "\u20ac".repeat(250) + number;
    }

    @Test
    void asManyMessagesOfDifferentKeysAsACommitTakesFitIntoATransaction() {
        Commit.Builder commit = Commit.in(TENANT)
                .session(says(1, payload("x"), Map.of("k", payload("v")), 1)
                        .session()
                        .orElseThrow());
        for (int i = 0; i < Commit.MAX_RIDERS; i++) {
            commit.message(new OutboxMessage("t", "k" + i, payload("" + i)));
        }
        storage.commit(
                commit.start(begun("r1", RunState.INPUT_REQUIRED, Due.never())).build());

        List<OutboxRecord> waiting = storage.outbox().read(1000, Long.MAX_VALUE);
        assertThat(waiting).hasSize(Commit.MAX_RIDERS);
        storage.outbox().remove(waiting.subList(0, 40));
        assertThat(storage.outbox().read(1000, Long.MAX_VALUE)).isEqualTo(waiting.subList(40, Commit.MAX_RIDERS));
        assertThat(storage.erase(TENANT)).isEqualTo(2 + Commit.MAX_RIDERS - 40);
        assertThat(storage.outbox().read(1000, Long.MAX_VALUE)).isEmpty();
    }

    private List<StoredTurn> turns() {
        return storage.sessions().turns(TENANT, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE);
    }

    private static Payload random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Payload.of(bytes);
    }

    private long parts() {
        try (DynamoDbClient client = table.client()) {
            return client.scanPaginator(scan -> scan.tableName(table.table())).items().stream()
                    .filter(item -> item.get("pk").s().contains("/part/"))
                    .count();
        }
    }

    private long items() {
        try (DynamoDbClient client = table.client()) {
            return client.scanPaginator(scan -> scan.tableName(table.table())).items().stream()
                    .count();
        }
    }
}
