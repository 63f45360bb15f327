package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A value is changed at its version only, counters are exact, and what has had its time is never seen again. */
abstract class ValuesKit extends Theme {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void aValueIsInsertedChangedAndDeletedAtItsVersion() {
        assertThat(get("k")).isEmpty();
        long first = set(ValueChange.insert("k", payload("1"), null));
        assertThat(first).isPositive();
        assertThat(get("k")).contains(new StoredValue("k", payload("1"), first));

        long second = set(ValueChange.update("k", first, payload("2"), null));
        assertThat(second).isPositive().isNotEqualTo(first);
        assertThat(get("k")).contains(new StoredValue("k", payload("2"), second));

        assertThat(set(ValueChange.delete("k", second))).isZero();
        assertThat(get("k")).isEmpty();
    }

    @Test
    void atAnotherVersionNothingIsChanged() {
        long first = set(ValueChange.insert("k", payload("1"), null));
        long second = set(ValueChange.update("k", first, payload("2"), null));

        refused(ValueChange.insert("k", payload("3"), null));
        refused(ValueChange.update("k", first, payload("3"), null));
        refused(ValueChange.update("k", second + 1, payload("3"), null));
        refused(ValueChange.delete("k", first));
        refused(ValueChange.update("absent", 1, payload("3"), null));
        refused(ValueChange.delete("absent", 1));
        assertThat(get("k")).contains(new StoredValue("k", payload("2"), second));
        assertThat(get("absent")).isEmpty();
    }

    @Test
    void aVersionNeverComesAgain() {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            long first = set(ValueChange.insert("k", payload("1"), null));
            long second = set(ValueChange.update("k", first, payload("2"), null));
            assertThat(seen.add(first) && seen.add(second)).isTrue();
            set(ValueChange.delete("k", second));
        }
        long last = set(ValueChange.insert("k", payload("1"), SHORT));
        eventually().until(() -> get("k").isEmpty());
        assertThat(seen.add(last)).isTrue();
        assertThat(seen.add(set(ValueChange.insert("k", payload("1"), null)))).isTrue();
    }

    @Test
    void aValueWhoseTimeIsOverIsNotThere() {
        set(ValueChange.insert("lasting", payload("1"), LONG));
        set(ValueChange.insert("always", payload("1"), null));
        long version = set(ValueChange.insert("brief", payload("1"), SHORT));
        eventually().until(() -> get("brief").isEmpty());

        assertThat(keys("", "", 100)).containsExactly("always", "lasting");
        refused(ValueChange.update("brief", version, payload("2"), null));
        refused(ValueChange.delete("brief", version));
        set(ValueChange.insert("brief", payload("2"), null));
        assertThat(get("brief").map(StoredValue::value)).contains(payload("2"));
        assertThat(storage().values().add(tenant(), "count", 5, SHORT)).isEqualTo(5);
        eventually().until(() -> get("count").isEmpty());
        assertThat(storage().values().add(tenant(), "count", 2, null)).isEqualTo(2);
    }

    @Test
    void aValueTellsHowLongItStillLives() {
        set(ValueChange.insert("lasting", payload("1"), LONG));
        set(ValueChange.insert("always", payload("1"), null));
        set(ValueChange.insert("brief", payload("1"), SHORT));
        storage().values().add(tenant(), "count", 1, LONG);

        assertThat(storage().values().remaining(tenant(), "lasting"))
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(LONG));
        assertThat(storage().values().remaining(tenant(), "count"))
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(LONG));
        assertThat(storage().values().remaining(tenant(), "always")).isEmpty();
        assertThat(storage().values().remaining(tenant(), "none")).isEmpty();
        assertThat(storage().values().remaining(neighbour(), "lasting")).isEmpty();
        eventually().until(() -> storage().values().remaining(tenant(), "brief").isEmpty());
    }

    @Test
    void aChangeSetsTheTimeAnew() {
        Duration time = SHORT;
        long brief = set(ValueChange.insert("brief", payload("1"), time));
        while (storage()
                .values()
                .compareAndSet(tenant(), ValueChange.update("brief", brief, payload("2"), null))
                .isEmpty()) {
            time = time.multipliedBy(2); // On a slow machine its time was over before the change.
            brief = set(ValueChange.insert("brief", payload("1"), time));
        }
        long lasting = set(ValueChange.insert("lasting", payload("1"), null));
        set(ValueChange.update("lasting", lasting, payload("2"), SHORT));
        // Goes no earlier than either would.
        set(ValueChange.insert("witness", payload("1"), time));
        eventually().until(() -> get("witness").isEmpty());

        assertThat(keys("", "", 100)).containsExactly("brief");
    }

    @Test
    void aCounterBeginsAtZeroAndIsSeenAsDigits() {
        assertThat(add("count", 5)).isEqualTo(5);
        assertThat(add("count", -7)).isEqualTo(-2);
        assertThat(add("count", 0)).isEqualTo(-2);
        StoredValue seen = get("count").orElseThrow();
        assertThat(seen.value()).isEqualTo(payload("-2"));
        assertThat(seen.version()).isPositive();

        assertThat(add("large", Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(add("large", Long.MIN_VALUE)).isEqualTo(-1);
        assertThat(add("large", -Long.MAX_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(get("large").map(StoredValue::value)).contains(payload("-9223372036854775808"));
    }

    @Test
    void aCounterIsDeletedAndChangedAtItsVersionAsAnyValue() {
        add("count", 1);
        long old = get("count").orElseThrow().version();
        add("count", 1);
        StoredValue now = get("count").orElseThrow();
        assertThat(now.version()).isNotEqualTo(old);

        refused(ValueChange.delete("count", old));
        set(ValueChange.delete("count", now.version()));
        assertThat(add("count", 3)).isEqualTo(3);
    }

    /** A copy would else make of a counter something to which nobody can add. */
    @Test
    void aCounterIsAlwaysToldToBeOne() {
        add("count", 5);
        assertThat(storage().values().isCounter(tenant(), "count")).isTrue();
        add("count", 5);
        assertThat(storage().values().isCounter(tenant(), "count")).isTrue();
        assertThat(storage().values().isCounter(tenant(), "none")).isFalse();
        assertThat(storage().values().isCounter(neighbour(), "count")).isFalse();
    }

    /** A copy into an encrypted store would else leave them plain. */
    @Test
    void digitsThatWereSetAreNeverToldToBeACounter() {
        set(ValueChange.insert("text", payload("abc"), null));
        long first = set(ValueChange.insert("digits", payload("48213377"), null));
        storage()
                .commit(Commit.in(tenant())
                        .session(says(new SessionId("s1"), "r1", 1))
                        .value(ValueChange.insert("committed", payload("48213377"), null))
                        .build());
        add("count", 5);
        set(ValueChange.update("count", get("count").orElseThrow().version(), payload("6"), null));

        for (String key : List.of("text", "digits", "committed", "count")) {
            assertThat(storage().values().isCounter(tenant(), key)).as(key).isFalse();
        }
        set(ValueChange.update("digits", first, payload("48213378"), null));
        assertThat(storage().values().isCounter(tenant(), "digits")).isFalse();
    }

    @Test
    void whatBeginsWhereAnotherWasIsOfItsOwnKind() {
        set(ValueChange.insert("deleted", payload("7"), null));
        set(ValueChange.delete("deleted", get("deleted").orElseThrow().version()));
        set(ValueChange.insert("over", payload("7"), SHORT));
        storage().values().add(tenant(), "counted", 7, SHORT);
        eventually().until(() -> get("over").isEmpty() && get("counted").isEmpty());

        for (String key : List.of("deleted", "over")) {
            assertThat(add(key, 1)).isEqualTo(1);
            assertThat(storage().values().isCounter(tenant(), key)).as(key).isTrue();
        }
        assertThat(storage().values().isCounter(tenant(), "counted")).isFalse();
        set(ValueChange.insert("counted", payload("8"), null));
        assertThat(storage().values().isCounter(tenant(), "counted")).isFalse();
    }

    @Test
    void aCounterThatWouldOverflowAndAValueThatIsNoneAreConflicts() {
        add("count", Long.MAX_VALUE);
        set(ValueChange.insert("text", payload("abc"), null));

        for (String key : List.of("count", "text")) {
            assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> add(key, 1));
        }
        assertThat(get("count").map(StoredValue::value)).contains(payload(Long.toString(Long.MAX_VALUE)));
        assertThat(get("text").map(StoredValue::value)).contains(payload("abc"));
    }

    @Test
    void aCountersTimeIsThatOfItsBeginning() {
        storage().values().add(tenant(), "count", 1, SHORT);
        // Each addition would prolong it for ever if it counted.
        eventually().until(() -> storage().values().add(tenant(), "count", 1, SHORT) == 1);
    }

    @Test
    void valuesAreListedByPrefixAndCodePointPageAfterPage() {
        List<String> keys = List.of("a", "a%", "a*b", "a/1", "a/10", "a/2", "a_", "ab", "b", "\uff5e", "\ud83d\ude00");
        keys.forEach(key -> set(ValueChange.insert(key, payload("at " + key), null)));

        assertThat(keys("", "", 100)).containsExactlyElementsOf(keys);
        assertThat(keys("a/", "", 100)).containsExactly("a/1", "a/10", "a/2");
        assertThat(keys("a%", "", 100)).containsExactly("a%");
        assertThat(keys("a_", "", 100)).containsExactly("a_");
        assertThat(keys("a*", "", 100)).containsExactly("a*b");
        assertThat(keys("\ud83d\ude00", "", 100)).containsExactly("\ud83d\ude00");
        assertThat(keys("c", "", 100)).isEmpty();
        assertThat(keys("a/", "a/1", 1)).containsExactly("a/10");
        assertThat(keys("a/", "b", 10)).isEmpty();
        assertThat(keys("b", "a", 10)).containsExactly("b");
        List<String> paged = new ArrayList<>();
        for (List<String> page = keys("", "", 3); !page.isEmpty(); page = keys("", paged.get(paged.size() - 1), 3)) {
            paged.addAll(page);
        }
        assertThat(paged).isEqualTo(keys);
        StoredValue one =
                storage().values().list(tenant(), "a/2", "", 1, Long.MAX_VALUE).get(0);
        assertThat(get("a/2")).contains(one);
        for (int limit : new int[] {-1, 0, KeyValues.MAX_PAGE + 1}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> keys("", "", limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void aCountersPlaceInAListIsThatOfItsKey() {
        set(ValueChange.insert("a", payload("1"), null));
        add("b", 7);
        set(ValueChange.insert("c", payload("1"), null));

        assertThat(keys("", "", 10)).containsExactly("a", "b", "c");
        assertThat(storage()
                        .values()
                        .list(tenant(), "b", "", 10, Long.MAX_VALUE)
                        .get(0)
                        .value())
                .isEqualTo(payload("7"));
    }

    private Optional<StoredValue> get(String key) {
        return storage().values().get(tenant(), key);
    }

    private long set(ValueChange change) {
        return storage()
                .values()
                .compareAndSet(tenant(), change)
                .orElseThrow(() -> new AssertionError("refused: " + change.key() + " at " + change.expected()));
    }

    private void refused(ValueChange change) {
        assertThat(storage().values().compareAndSet(tenant(), change)).isEmpty();
    }

    private long add(String key, long delta) {
        return storage().values().add(tenant(), key, delta, null);
    }

    private List<String> keys(String prefix, String after, int limit) {
        return storage().values().list(tenant(), prefix, after, limit, Long.MAX_VALUE).stream()
                .map(StoredValue::key)
                .toList();
    }
}
