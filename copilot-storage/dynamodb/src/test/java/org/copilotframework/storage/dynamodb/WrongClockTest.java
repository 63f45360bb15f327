package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.begin;
import static org.copilotframework.storage.dynamodb.Sample.queued;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two machines, of which one has a clock that is an hour ahead or behind. */
class WrongClockTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Payload VALUE = Sample.payload("value");

    private final TableUnderTest table = TableUnderTest.fresh();
    private final AtomicLong elapsed = new AtomicLong();
    private Storage right;

    @BeforeEach
    void open() {
        right = open(Duration.ZERO);
        right.migrate();
    }

    @AfterEach
    void close() {
        right.close();
    }

    /** A machine whose clock shows another hour; the time that goes by is the test's. */
    private Storage open(Duration wrong) {
        DynamoDbSettings settings = table.context().settings(DynamoDbSettings.class);
        Backend backend = new Backend(table.client(), table.table(), "local", settings.timeout());
        Schema schema = new Schema(table.client(), backend, settings);
        return new DynamoStorage(backend, schema, () -> Instant.now().plus(wrong), elapsed::get);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aLeaseEndsWhenItHasBeenSeenUnchangedForItsTime(int hours) {
        try (Storage wrong = open(Duration.ofHours(hours))) {
            right.commit(begin(queued("r1")));
            RunRecord taken = claim(right).get(0);
            wrong.commit(Commit.in(TENANT)
                    .within(new RunLease(TENANT, new RunId("r1"), taken.head().fence()))
                    .step(new org.copilotframework.api.spi.storage.StepRecord("s", null))
                    .build());
            RunLease lease = new RunLease(TENANT, new RunId("r1"), taken.head().fence());

            assertThat(claim(wrong)).as("just taken").isEmpty();
            pass(LEASE.minusMillis(1));
            assertThat(claim(wrong)).as("not over yet").isEmpty();
            assertThat(right.runs().renew(List.of(lease), LEASE)).isEmpty();
            pass(Duration.ofMillis(1));
            assertThat(claim(wrong)).as("renewed").isEmpty();
            assertThat(claim(wrong)).as("seen as it is now").isEmpty();
            pass(LEASE.minusMillis(1));
            assertThat(claim(wrong)).as("renewed, and not over yet").isEmpty();
            pass(Duration.ofMillis(1));
            assertThat(claim(wrong)).as("over").hasSize(1);
            assertThat(right.runs().renew(List.of(lease), LEASE)).containsExactly(lease);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aLeaseThatTheWrongMachineHasTakenEndsToo(int hours) {
        try (Storage wrong = open(Duration.ofHours(hours))) {
            wrong.commit(begin(queued("r1")));
            assertThat(claim(wrong)).hasSize(1);
            assertThat(claim(right)).as("seen for the first time").isEmpty();
            pass(LEASE.minusMillis(1));
            assertThat(claim(right)).as("not over yet").isEmpty();
            pass(Duration.ofMillis(1));
            assertThat(claim(right)).as("over").hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void messagesKeepTheirOrder(int hours) {
        try (Storage wrong = open(Duration.ofHours(hours))) {
            for (int i = 1; i <= 6; i++) {
                (i % 2 == 0 ? wrong : right).commit(tell(i));
            }
        }
        assertThat(right.outbox().read(10, Long.MAX_VALUE))
                .extracting(record -> new String(record.message().content().bytes(), StandardCharsets.UTF_8))
                .containsExactly("1", "2", "3", "4", "5", "6");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aValueIsOverEarlierOrLaterByTheDifferenceOfTheClocks(int hours) {
        try (Storage wrong = open(Duration.ofHours(hours))) {
            set(right, ValueChange.insert("always", VALUE, null));
            set(right, ValueChange.insert("long", VALUE, Duration.ofHours(2)));
            set(right, ValueChange.insert("short", VALUE, Duration.ofMinutes(30)));
            assertThat(wrong.values().get(TENANT, "always")).isPresent();
            assertThat(wrong.values().get(TENANT, "long")).isPresent();
            assertThat(wrong.values().get(TENANT, "short").isPresent()).isEqualTo(hours < 0);
            assertThat(wrong.values().remaining(TENANT, "long").orElseThrow())
                    .isBetween(Duration.ofHours(2 - hours).minusMinutes(10), Duration.ofHours(2 - hours));

            set(wrong, ValueChange.insert("theirs", VALUE, Duration.ofMinutes(30)));
            assertThat(wrong.values().get(TENANT, "theirs")).isPresent();
            assertThat(right.values().get(TENANT, "theirs").isPresent()).isEqualTo(hours > 0);
        }
    }

    @Test
    void whoChangesAValueThatAnotherHasReplacedSinceItWasOverForHimChangesNothing() {
        try (Storage ahead = open(Duration.ofHours(1))) {
            long mine = set(right, ValueChange.insert("k", VALUE, Duration.ofMinutes(30)));
            long theirs = set(ahead, ValueChange.insert("k", Sample.payload("theirs"), null));

            assertThat(theirs).isNotEqualTo(mine);
            assertThat(right.values().compareAndSet(TENANT, ValueChange.update("k", mine, VALUE, null)))
                    .isEmpty();
            assertThat(right.values().compareAndSet(TENANT, ValueChange.delete("k", mine)))
                    .isEmpty();
            assertThat(right.values().get(TENANT, "k").orElseThrow().value()).isEqualTo(Sample.payload("theirs"));
        }
    }

    private static long set(Storage storage, ValueChange change) {
        return storage.values().compareAndSet(TENANT, change).orElseThrow();
    }

    private static Commit tell(int number) {
        return Commit.in(TENANT)
                .session(new SessionChange(
                        new SessionId("s" + number), Sample.turn(1, Sample.payload("x")), Map.of(), 0))
                .message(new OutboxMessage("topic", "key", Sample.payload("" + number)))
                .build();
    }

    private void pass(Duration time) {
        elapsed.addAndGet(time.toNanos());
    }

    private static List<RunRecord> claim(Storage storage) {
        return storage.runs().claim("me", List.of("docs"), LEASE, 10);
    }
}
