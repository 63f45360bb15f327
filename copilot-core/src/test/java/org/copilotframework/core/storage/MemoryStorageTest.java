package org.copilotframework.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MemoryStorageTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId GLOBEX = new TenantId("globex");
    private static final SessionId SESSION = new SessionId("s1");
    private static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

    @AutoClose
    private final MemoryStorage storage = new MemoryStorage(3);

    @Test
    void aTurnAndItsStateAreThereAfterTheCommit() {
        CommitResult result = commit(ACME, turn("r1/1", 1), Map.of("topic", Data.of("ships")));

        assertThat(result).isEqualTo(new CommitResult(false, turn("r1/1", 1)));
        assertThat(storage.sessions().head(ACME, SESSION))
                .contains(new SessionHead(1, Map.of("topic", Data.of("ships"))));
        assertThat(turns(10)).containsExactly(turn("r1/1", 1));
        assertThat(storage.durability()).isEqualTo(Durability.MEMORY);
    }

    @Test
    void aNullValueRemovesAnEntryOfStateAndLeavesTheOthers() {
        commit(ACME, turn("r1/1", 1), Map.of("a", Data.of(1), "b", Data.of(2)));
        Map<String, @Nullable Data> removal = new HashMap<>();
        removal.put("a", null);
        commit(ACME, turn("r2/1", 2), removal);

        assertThat(storage.sessions().head(ACME, SESSION)).contains(new SessionHead(2, Map.of("b", Data.of(2))));
    }

    @Test
    void aRepeatedTurnReturnsTheFirstResultAndWritesNothing() {
        commit(ACME, turn("r1/1", 1), Map.of());
        commit(ACME, turn("r2/1", 2), Map.of());
        Turn other = new Turn("r1/1", 3, NOW, "other", Message.user("x"), Message.agent("y"));
        CommitResult again = storage.commit(Commit.of(
                ACME, new SessionChange(SESSION, other, Map.of("k", Data.of(1))), run("r1", RunState.COMPLETED)));

        assertThat(again).isEqualTo(new CommitResult(true, turn("r1/1", 1)));
        assertThat(storage.sessions().head(ACME, SESSION)).contains(new SessionHead(2, Map.of()));
        assertThat(storage.runs().find(ACME, new RunId("r1"))).isEmpty();
    }

    @Test
    void aStaleVersionIsAConflictThatNamesBothVersionsAndWritesNothingOfTheRun() {
        commit(ACME, turn("r1/1", 1), Map.of());
        commit(ACME, turn("r2/1", 2), Map.of());
        Commit stale =
                Commit.of(ACME, new SessionChange(SESSION, turn("r3/1", 2), Map.of()), run("r3", RunState.COMPLETED));

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage.commit(stale))
                .withMessageContaining("is at version 2")
                .withMessageContaining("expects version 1");
        assertThat(storage.runs().find(ACME, new RunId("r3"))).isEmpty();
        assertThat(turns(10)).hasSize(2);
    }

    @Test
    void aVersionAheadOfTheSessionIsAConflictToo() {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(ACME, turn("r1/1", 5), Map.of()))
                .withMessageContaining("is at version 0")
                .withMessageContaining("expects version 4");
        assertThat(storage.sessions().head(ACME, SESSION)).isEmpty();
    }

    @Test
    void whereTheRunIsRefusedNothingOfTheSessionIsWritten() {
        write(ACME, run("r1", RunState.CANCELED));
        Commit late = Commit.of(
                ACME,
                new SessionChange(SESSION, turn("r1/1", 1), Map.of("k", Data.of(1))),
                run("r1", RunState.COMPLETED));

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage.commit(late))
                .withMessageContaining("has ended as CANCELED");
        assertThat(storage.sessions().head(ACME, SESSION)).isEmpty();
        assertThat(turns(10)).isEmpty();
    }

    @Test
    void aRunMovesOnUntilItHasEndedAndItsEndMayBeRepeated() {
        write(ACME, run("r1", RunState.SUBMITTED));
        write(ACME, run("r1", RunState.WORKING));
        write(ACME, run("r1", RunState.COMPLETED));
        write(ACME, run("r1", RunState.COMPLETED));

        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> write(ACME, run("r1", RunState.WORKING)));
        assertThat(storage.runs().find(ACME, new RunId("r1"))).contains(run("r1", RunState.COMPLETED));
    }

    @Test
    void theOldestEndedRunsAreDroppedAndThoseAtWorkAreKept() {
        write(ACME, run("working", RunState.WORKING));
        for (int i = 1; i <= 5; i++) {
            write(ACME, run("r" + i, RunState.COMPLETED));
        }

        assertThat(IntStream.rangeClosed(1, 5)
                        .filter(i ->
                                storage.runs().find(ACME, new RunId("r" + i)).isPresent()))
                .containsExactly(3, 4, 5);
        assertThat(storage.runs().find(ACME, new RunId("working"))).isPresent();
    }

    @Test
    void tenantsNeverCross() {
        commit(ACME, turn("r1/1", 1), Map.of());
        write(ACME, run("r1", RunState.COMPLETED));

        assertThat(storage.sessions().head(GLOBEX, SESSION)).isEmpty();
        assertThat(storage.sessions().turns(GLOBEX, SESSION, Long.MAX_VALUE, 10))
                .isEmpty();
        assertThat(storage.runs().find(GLOBEX, new RunId("r1"))).isEmpty();
        assertThat(storage.sessions().delete(GLOBEX, SESSION)).isFalse();
        write(GLOBEX, run("r1", RunState.WORKING));
        assertThat(commit(GLOBEX, turn("r1/1", 1), Map.of()).repeated()).isFalse();
        assertThat(storage.runs().find(ACME, new RunId("r1"))).contains(run("r1", RunState.COMPLETED));
    }

    @Test
    void turnsAreReadInPagesOldestFirst() {
        for (int i = 1; i <= 5; i++) {
            commit(ACME, turn("r" + i + "/1", i), Map.of());
        }

        assertThat(turns(2)).extracting(Turn::version).containsExactly(4L, 5L);
        assertThat(storage.sessions().turns(ACME, SESSION, 3, 2))
                .extracting(Turn::version)
                .containsExactly(2L, 3L);
        assertThat(storage.sessions().turns(ACME, SESSION, 0, 2)).isEmpty();
        assertThat(storage.sessions().turns(ACME, SESSION, -1, 2)).isEmpty();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> turns(1001))
                .withMessageContaining("limit");
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> turns(0));
    }

    @Test
    void aDeletedSessionBeginsAnew() {
        commit(ACME, turn("r1/1", 1), Map.of("k", Data.of(1)));

        assertThat(storage.sessions().delete(ACME, SESSION)).isTrue();
        assertThat(storage.sessions().delete(ACME, SESSION)).isFalse();
        assertThat(commit(ACME, turn("r1/1", 1), Map.of()).repeated()).isFalse();
        assertThat(storage.sessions().head(ACME, SESSION)).contains(new SessionHead(1, Map.of()));
    }

    @Test
    void ofCommitsThatRaceForOneVersionOneWinsAndNoneIsLost() throws Exception {
        int racers = 8;
        int rounds = 200;
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        try {
            for (int round = 1; round <= rounds; round++) {
                long version = round;
                List<Callable<Boolean>> race = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    String run = "r" + round + "-" + racer;
                    race.add(() -> wins(run, version));
                }
                int winners = 0;
                for (var result : threads.invokeAll(race)) {
                    winners += result.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(turns(1000)).extracting(Turn::version).hasSize(rounds).isSorted();
    }

    private boolean wins(String run, long version) {
        try {
            commit(ACME, turn(run + "/1", version), Map.of());
            return true;
        } catch (ConflictException lost) {
            return false;
        }
    }

    @Test
    void aCommitCostsTheSameWhateverTheLengthOfTheSession() {
        CountingList turns = new CountingList();
        SessionLog log = new SessionLog(turns);
        for (int i = 1; i <= 10_000; i++) {
            log.append(new SessionChange(SESSION, turn("r" + i + "/1", i), Map.of()), () -> {});
        }
        turns.read = 0;
        turns.added = 0;
        log.append(new SessionChange(SESSION, turn("last/1", 10_001), Map.of()), () -> {});
        log.append(new SessionChange(SESSION, turn("r1/1", 10_002), Map.of()), () -> {});

        assertThat(turns.added).isEqualTo(1);
        assertThat(turns.read).isZero();

        log.turns(Long.MAX_VALUE, 10);
        assertThat(turns.read).as("a page reads no more than its own turns").isEqualTo(10);
    }

    @Test
    void aClosedStoreTakesNothing() {
        storage.close();

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> write(ACME, run("r1", RunState.SUBMITTED)));
    }

    @Test
    void atLeastOneRunIsKept() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new MemoryStorage(0))
                .withMessageContaining("at least 1");
    }

    private List<Turn> turns(int limit) {
        return storage.sessions().turns(ACME, SESSION, Long.MAX_VALUE, limit);
    }

    private CommitResult commit(TenantId tenant, Turn turn, Map<String, @Nullable Data> state) {
        return storage.commit(Commit.of(tenant, new SessionChange(SESSION, turn, state), null));
    }

    private void write(TenantId tenant, RunRecord run) {
        assertThat(storage.commit(Commit.of(tenant, null, run))).isEqualTo(new CommitResult(false, null));
    }

    private static Turn turn(String id, long version) {
        return new Turn(id, version, NOW, "docs", Message.user("question"), Message.agent("answer"));
    }

    private static RunRecord run(String id, RunState state) {
        return new RunRecord(new RunId(id), "docs", SESSION, state, NOW, null, null, null);
    }

    /** Counts what is read and added; knows no other way to its elements. */
    private static final class CountingList extends AbstractList<Turn> {
        private final List<Turn> turns = Collections.synchronizedList(new ArrayList<>());
        private int read;
        private int added;

        @Override
        public Turn get(int index) {
            read++;
            return turns.get(index);
        }

        @Override
        public int size() {
            return turns.size();
        }

        @Override
        public void add(int index, Turn turn) {
            assertThat(index).as("only ever at the end").isEqualTo(turns.size());
            added++;
            turns.add(turn);
        }
    }
}
