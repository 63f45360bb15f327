package org.copilotframework.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What only the store in memory promises; the rest is in {@link MemoryStorageKitTest}. */
class MemoryStorageTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final SessionId SESSION = new SessionId("s1");
    private static final Instant NOON = Instant.parse("2025-06-01T12:00:00Z");
    private static final Payload CONTENT = Payload.of(new byte[] {1});

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

    @AutoClose
    private final MemoryStorage storage = new MemoryStorage(3, now::get);

    @Test
    void itSurvivesNothing() {
        assertThat(storage.durability()).isEqualTo(Durability.MEMORY);
    }

    @Test
    void atLeastOneRunIsKept() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new MemoryStorage(0))
                .withMessageContaining("at least 1");
    }

    @Test
    void theOldestEndedRunsAreDroppedAndThoseThatHaveNotEndedAreKept() {
        begin("open", RunState.WORKING, null);
        for (int i = 1; i <= 5; i++) {
            now.set(NOON.plusMillis(i));
            begin("r" + i, RunState.COMPLETED, null);
        }
        now.set(NOON.plusMillis(6));
        end("open");
        begin("parked", RunState.INPUT_REQUIRED, null);

        assertThat(kept()).containsExactly("r5", "r4", "parked", "open");
        assertThat(storage.runs().list(ACME, RunState.COMPLETED, null, 10)).hasSize(3);
    }

    @Test
    void whatWasSweptOrErasedDoesNotCountAmongTheRunsThatAreKept() {
        for (int i = 1; i <= 3; i++) {
            begin("r" + i, RunState.COMPLETED, Duration.ofMinutes(i));
        }
        now.set(NOON.plus(Duration.ofMinutes(2)));
        assertThat(storage.sweep(new Retention(null), 1)).isEqualTo(1);
        assertThat(storage.sweep(new Retention(null), 10)).isEqualTo(1);
        begin("r4", RunState.COMPLETED, null);
        begin("r5", RunState.COMPLETED, null);
        assertThat(kept()).containsExactly("r5", "r4", "r3");

        assertThat(storage.erase(ACME)).isEqualTo(3);
        for (int i = 6; i <= 9; i++) {
            begin("r" + i, RunState.COMPLETED, null);
        }
        assertThat(kept()).containsExactly("r9", "r8", "r7");
    }

    @Test
    void aRunWhoseTimeIsOverIsNotFoundBeforeItIsSwept() {
        begin("brief", RunState.COMPLETED, Duration.ofSeconds(10));
        begin("lasting", RunState.COMPLETED, null);
        now.set(NOON.plusSeconds(9));
        assertThat(kept()).containsExactly("lasting", "brief");
        now.set(NOON.plusSeconds(10));

        assertThat(kept()).containsExactly("lasting");
        assertThat(storage.runs().list(ACME, null, null, 1))
                .extracting(RunHead::id)
                .containsExactly(new RunId("lasting"));
    }

    @Test
    void theLongestDueIsTakenFirstAndALeaseEndsToTheInstant() {
        begin("c", "one", Due.at(NOON.minusSeconds(1)));
        begin("a", "two", Due.at(NOON.minusSeconds(2)));
        begin("b", "one", Due.at(NOON.minusSeconds(3)));
        begin("d", "two", Due.at(NOON.plusSeconds(1)));

        assertThat(claim(2)).containsExactly("b", "a");
        assertThat(claim(2)).containsExactly("c");
        now.set(NOON.plusSeconds(59));
        assertThat(claim(10)).containsExactly("d");
        now.set(NOON.plusSeconds(60));
        assertThat(claim(10)).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void aRunThatNobodyHoldsIsNotRenewed() {
        begin("parked", RunState.INPUT_REQUIRED, null);
        RunLease lease = new RunLease(ACME, new RunId("parked"), 1);

        assertThat(storage.runs().renew(List.of(lease), Duration.ofMinutes(1))).containsExactly(lease);
        assertThat(claim(10)).isEmpty();
    }

    @Test
    void whatIsRefusedLeavesNoTraceInMemory() {
        SessionChange ahead = new SessionChange(SESSION, turn(5), Map.of(), 0);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage.commit(Commit.in(ACME)
                        .session(ahead)
                        .start(start("r1", RunState.COMPLETED, "docs", Due.never(), null))
                        .build()));

        assertThat(storage.tenants(null, 10)).isEmpty();
        assertThat(storage.sessions().list(ACME, null, 10)).isEmpty();
        assertThat(kept()).isEmpty();
        begin("r1", RunState.WORKING, null);
    }

    @Test
    void noPayloadIsEverTurnedIntoBytes() {
        Payload payload = Payload.of("content", text -> {
            throw new AssertionError("encoded: " + text);
        });
        StoredTurn turn = new StoredTurn("r1/1", 1, NOON, "docs", payload);
        storage.commit(Commit.in(ACME)
                .session(new SessionChange(SESSION, turn, Map.of("k", payload), 0))
                .start(new RunStart(
                        new RunId("r1"),
                        "c",
                        "docs",
                        null,
                        RunState.WORKING,
                        1,
                        payload,
                        payload,
                        null,
                        Due.now(),
                        null))
                .step(new StepRecord("step", payload))
                .value(ValueChange.insert("value", payload, null))
                .message(new OutboxMessage("topic", "key", payload))
                .build());

        assertThat(storage.sessions()
                        .turns(ACME, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE)
                        .get(0)
                        .content()
                        .value(String.class))
                .contains("content");
        assertThat(storage.sessions().head(ACME, SESSION)).isPresent();
        assertThat(storage.runs().find(ACME, new RunId("r1"))).isPresent();
        assertThat(storage.values().get(ACME, "value")).isPresent();
        storage.outbox().remove(storage.outbox().read(10, Long.MAX_VALUE));
        assertThat(claim(10)).containsExactly("r1");
        assertThat(storage.erase(ACME)).isEqualTo(3);
    }

    @Test
    void aCommitCostsTheSameWhateverTheLengthOfTheSession() {
        CountingMap turns = new CountingMap();
        SessionLog log = new SessionLog(SESSION, turns);
        for (int i = 1; i <= 10_000; i++) {
            log.append(new SessionChange(SESSION, turn(i), Map.of(), 0), NOON);
        }
        turns.touched = 0;
        log.check(new SessionChange(SESSION, turn(10_001), Map.of(), 0));
        log.append(new SessionChange(SESSION, turn(10_001), Map.of(), 100), NOON);
        assertThat(turns.touched).as("one comes and two go").isEqualTo(3);

        turns.touched = 0;
        log.turns(Long.MAX_VALUE, 10, Long.MAX_VALUE);
        assertThat(turns.touched).as("a page reads no more than its own turns").isEqualTo(10);
    }

    private void begin(String id, RunState state, @Nullable Duration keep) {
        storage.commit(Commit.in(ACME)
                .start(start(id, state, "docs", Due.never(), keep))
                .build());
    }

    private void begin(String id, String agent, Due due) {
        storage.commit(Commit.in(ACME)
                .start(start(id, RunState.SUBMITTED, agent, due, null))
                .build());
    }

    private static RunStart start(String id, RunState state, String agent, Due due, @Nullable Duration keep) {
        return new RunStart(new RunId(id), "begin", agent, null, state, 1, CONTENT, null, null, due, keep);
    }

    private void end(String id) {
        storage.commit(Commit.in(ACME)
                .run(new RunChange(new RunId(id), 1, "end", RunState.COMPLETED, 2, null, null, Due.never(), null))
                .build());
    }

    private List<String> kept() {
        return storage.runs().list(ACME, null, null, 100).stream()
                .map(head -> head.id().value())
                .toList();
    }

    private List<String> claim(int limit) {
        return storage.runs().claim("me", List.of("one", "two", "docs"), Duration.ofMinutes(1), limit).stream()
                .map(run -> run.head().id().value())
                .toList();
    }

    private static StoredTurn turn(long version) {
        return new StoredTurn("r" + version + "/1", version, NOON, "docs", CONTENT);
    }

    /** Counts how often one of its entries is read, put or removed; knows no other way to its elements. */
    private static final class CountingMap extends HashMap<Long, StoredTurn> {
        private static final long serialVersionUID = 1L;
        private int touched;

        @Override
        public @Nullable StoredTurn get(Object key) {
            touched++;
            return super.get(key);
        }

        @Override
        public @Nullable StoredTurn put(Long key, StoredTurn turn) {
            touched++;
            return super.put(key, turn);
        }

        @Override
        public @Nullable StoredTurn remove(Object key) {
            touched++;
            return super.remove(key);
        }
    }
}
