package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.turn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.session.Session;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A session is an append-only log with a small map of state; every read of it is bounded. */
abstract class SessionsKit extends Theme {
    @Test
    void aSessionMayBeginBehindTurnsThatAreKeptNoLonger() {
        storage().beginSession(tenant(), SESSION, 5);
        storage().beginSession(tenant(), SESSION, 5);
        assertThat(head().orElseThrow().version()).isEqualTo(5);
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> commit(says(SESSION, "r5", 5)));
        commit(new SessionChange(SESSION, turn("r6", 6), Map.of("k", payload("v")), 1));
        commit(new SessionChange(SESSION, turn("r7", 7), Map.of(), 2));
        storage().beginSession(tenant(), SESSION, 6);

        assertThat(turns()).containsExactly(turn("r6", 6), turn("r7", 7));
        assertThat(head().orElseThrow())
                .extracting(SessionHead::version, SessionHead::first, SessionHead::state)
                .containsExactly(7L, 6L, Map.of("k", payload("v")));
        assertThat(storage().sessions().list(tenant(), null, 10))
                .extracting(SessionHead::id)
                .containsExactly(SESSION);
        assertThat(storage().sessions().delete(tenant(), SESSION)).isTrue();
        assertThat(commit(says(SESSION, "r1", 1)).repeated()).isFalse();
    }

    @Test
    void aSessionThatWasNeverCommittedIsEmpty() {
        assertThat(head()).isEmpty();
        assertThat(turns()).isEmpty();
        assertThat(storage().sessions().list(tenant(), null, 10)).isEmpty();
        assertThat(storage().sessions().delete(tenant(), SESSION)).isFalse();
    }

    @Test
    void turnsComeBackAsTheyWereCommitted() {
        assertThat(commit(says(SESSION, "r1", 1))).isEqualTo(new CommitResult(false, turn("r1", 1), 0));
        commit(says(SESSION, "r2", 2));

        assertThat(turns()).containsExactly(turn("r1", 1), turn("r2", 2));
        SessionHead head = head().orElseThrow();
        assertThat(head).isEqualTo(new SessionHead(SESSION, 2, 1, head.changed(), Map.of()));
    }

    @Test
    void entriesOfStateAreWrittenAndRemovedOneByOne() {
        commit(says(SESSION, "r1", 1, Map.of("a", payload("1"), "b", payload("2"))));
        Map<String, @Nullable Payload> changes = new HashMap<>();
        changes.put("a", null);
        changes.put("c", payload("3"));
        changes.put("never there", null);
        commit(says(SESSION, "r2", 2, changes));
        commit(says(SESSION, "r3", 3));

        assertThat(head().orElseThrow().state()).isEqualTo(Map.of("b", payload("2"), "c", payload("3")));
    }

    @Test
    void aSessionHoldsAsMuchStateAsItMay() {
        Map<String, @Nullable Payload> state = new HashMap<>();
        for (int i = 0; i < Session.MAX_STATE_ENTRIES; i++) {
            state.put("\u20ac".repeat(Session.MAX_STATE_KEY - 3) + (100 + i), payload("value " + i));
        }
        commit(says(SESSION, "r1", 1, state));
        commit(says(SESSION, "r2", 2, Map.of("\u20ac".repeat(Session.MAX_STATE_KEY - 3) + 100, payload("new"))));

        state.put("\u20ac".repeat(Session.MAX_STATE_KEY - 3) + 100, payload("new"));
        assertThat(head().orElseThrow().state()).isEqualTo(state);
    }

    @Test
    void aStaleVersionIsAConflictThatNamesBothAndWritesNothing() {
        commit(says(SESSION, "r1", 1));
        commit(says(SESSION, "r2", 2));

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(says(SESSION, "r3", 2, Map.of("k", payload("v")))))
                .withMessageContaining("'s1'")
                .withMessageContaining("is at version 2")
                .withMessageContaining("expects version 1");
        assertThat(turns()).hasSize(2);
        assertThat(head().orElseThrow().state()).isEmpty();
    }

    @Test
    void aVersionAheadOfTheSessionIsAConflictToo() {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(says(SESSION, "r1", 5)))
                .withMessageContaining("is at version 0")
                .withMessageContaining("expects version 4");
        commit(says(SESSION, "r1", 1));
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> commit(says(SESSION, "r2", 3)));
        assertThat(turns()).hasSize(1);
    }

    @Test
    void aRepeatedTurnGivesTheFirstOneAndWritesNothing() {
        commit(says(SESSION, "r1", 1));
        commit(says(SESSION, "r2", 2));
        StoredTurn other = new StoredTurn("r1/1", 1, Fixtures.NOON, "other", payload("something else"));
        CommitResult again = commit(new SessionChange(SESSION, other, Map.of("k", payload("v")), 0));

        assertThat(again).isEqualTo(new CommitResult(true, turn("r1", 1), 0));
        assertThat(turns()).containsExactly(turn("r1", 1), turn("r2", 2));
        assertThat(head().orElseThrow().state()).isEmpty();
    }

    @Test
    void turnsAreReadInPagesFromTheNewestBackwards() {
        say(7);

        assertThat(versions(Long.MAX_VALUE, 3, Long.MAX_VALUE)).containsExactly(5L, 6L, 7L);
        assertThat(versions(4, 3, Long.MAX_VALUE)).containsExactly(2L, 3L, 4L);
        assertThat(versions(1, 3, Long.MAX_VALUE)).containsExactly(1L);
        assertThat(versions(0, 3, Long.MAX_VALUE)).isEmpty();
        assertThat(versions(-1, 3, Long.MAX_VALUE)).isEmpty();
        assertThat(versions(100, 1000, Long.MAX_VALUE)).hasSize(7);
    }

    @Test
    void aPageEndsBeforeItHoldsTooManyBytesButTheNewestTurnIsAlwaysRead() {
        for (int i = 1; i <= 4; i++) {
            StoredTurn turn = new StoredTurn("r" + i + "/1", i, Fixtures.NOON, "docs", Payload.of(new byte[1000]));
            commit(new SessionChange(SESSION, turn, Map.of(), 0));
        }

        assertThat(versions(Long.MAX_VALUE, 10, 2000)).containsExactly(3L, 4L);
        assertThat(versions(Long.MAX_VALUE, 10, 2999)).containsExactly(3L, 4L);
        assertThat(versions(2, 10, 999)).containsExactly(2L);
        assertThat(versions(Long.MAX_VALUE, 10, 0)).containsExactly(4L);
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        for (int limit : new int[] {-1, 0, Sessions.MAX_PAGE + 1}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> versions(Long.MAX_VALUE, limit, Long.MAX_VALUE))
                    .withMessageContaining("limit");
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().sessions().list(tenant(), null, limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void sessionsAreListedByCodePointPageAfterPage() {
        // In UTF-16 the last would come before the one in front of it.
        List<String> names = List.of("A", "B", "a", "a b", "a!", "b", "\u00e9", "\uff5e", "\ud83d\ude00");
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new java.util.Random(7));
        shuffled.forEach(name -> commit(says(new SessionId(name), "r1", 1, Map.of("k", payload("v")))));
        commit(says(new SessionId("b"), "r2", 2));

        List<SessionHead> all = storage().sessions().list(tenant(), null, 100);
        assertThat(all).extracting(head -> head.id().value()).containsExactlyElementsOf(sorted(names));
        assertThat(all).allSatisfy(head -> assertThat(head.state()).isEmpty());
        assertThat(all).filteredOn(head -> head.id().value().equals("b")).allMatch(head -> head.version() == 2);
        assertThat(paged(2)).isEqualTo(all);
        assertThat(paged(3)).isEqualTo(all);
    }

    private static List<String> sorted(List<String> names) {
        return names.stream()
                .sorted((one, other) -> java.util.Arrays.compare(
                        one.codePoints().toArray(), other.codePoints().toArray()))
                .toList();
    }

    private List<SessionHead> paged(int limit) {
        List<SessionHead> all = new ArrayList<>();
        SessionId after = null;
        List<SessionHead> page;
        do {
            page = storage().sessions().list(tenant(), after, limit);
            assertThat(page.size()).isLessThanOrEqualTo(limit);
            all.addAll(page);
            after = all.isEmpty() ? null : all.get(all.size() - 1).id();
        } while (page.size() == limit);
        return all;
    }

    @Test
    void aDeletedSessionIsGoneWithItsStateAndBeginsAnew() {
        commit(says(SESSION, "r1", 1, Map.of("k", payload("v"))));
        commit(says(SESSION, "r2", 2));
        commit(says(new SessionId("s10"), "r1", 1));

        assertThat(storage().sessions().delete(tenant(), SESSION)).isTrue();
        assertThat(head()).isEmpty();
        assertThat(turns()).isEmpty();
        assertThat(storage().sessions().list(tenant(), null, 10))
                .extracting(head -> head.id().value())
                .containsExactly("s10");
        assertThat(storage().sessions().delete(tenant(), SESSION)).isFalse();
        assertThat(commit(says(SESSION, "r1", 1)).repeated()).isFalse();
        assertThat(turns()).hasSize(1);
        assertThat(head().orElseThrow().state()).isEmpty();
        assertThat(storage().sessions().head(tenant(), new SessionId("s10"))).isPresent();
    }

    @Test
    void aSessionKeepsTheLatestTurnsOnly() {
        for (int i = 1; i <= 10; i++) {
            commit(new SessionChange(SESSION, turn("r" + i, i), Map.of(), 3));
        }

        assertThat(turns()).extracting(StoredTurn::version).containsExactly(8L, 9L, 10L);
        SessionHead head = head().orElseThrow();
        assertThat(head.version()).isEqualTo(10);
        assertThat(head.first()).isEqualTo(8);
        assertThat(versions(7, 10, Long.MAX_VALUE)).isEmpty();
        assertThat(storage().sessions().list(tenant(), null, 10))
                .extracting(SessionHead::first)
                .containsExactly(8L);
    }

    @Test
    void aLongSessionShrinksOverTheNextCommitsAndNeverHasAGap() {
        say(10);
        for (int version = 11; version <= 20; version++) {
            commit(new SessionChange(SESSION, turn("r" + version, version), Map.of(), 2));
            SessionHead head = head().orElseThrow();
            assertThat(turns())
                    .extracting(StoredTurn::version)
                    .containsExactlyElementsOf(IntStream.rangeClosed((int) head.first(), version)
                            .mapToObj(Long::valueOf)
                            .toList());
        }
        assertThat(turns()).hasSize(2);
    }

    private void say(int turns) {
        for (int i = 1; i <= turns; i++) {
            commit(says(SESSION, "r" + i, i));
        }
    }

    private List<Long> versions(long upTo, int limit, long maxBytes) {
        return storage().sessions().turns(tenant(), SESSION, upTo, limit, maxBytes).stream()
                .map(StoredTurn::version)
                .toList();
    }
}
