package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.parks;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step's first result stands, and a run's events are read by position. */
abstract class JournalKit extends Theme {
    private static final RunId RUN = new RunId("r1");

    @BeforeEach
    void beginRun() {
        commit(parked("r1", agent()));
    }

    @Test
    void aStepIsFirstIntendedThenHasItsResult() {
        assertThat(step("fetch")).isEmpty();
        journal("fetch", null);
        assertThat(step("fetch")).contains(new StepRecord("fetch", null));
        journal("fetch", payload("1"));
        assertThat(step("fetch")).contains(new StepRecord("fetch", payload("1")));
    }

    @Test
    void aResultStandsWhateverComesLater() {
        journal("fetch", payload("1"));
        journal("fetch", payload("2"));
        journal("fetch", null);

        assertThat(step("fetch")).contains(new StepRecord("fetch", payload("1")));
    }

    @Test
    void aResultMayBeEmptyWhichIsNotNone() {
        journal("fetch", Payload.of(new byte[0]));
        journal("fetch", payload("2"));

        assertThat(step("fetch")).contains(new StepRecord("fetch", Payload.of(new byte[0])));
    }

    @Test
    void stepsBelongToTheirRun() {
        commit(parked("r2", agent()));
        journal("fetch", payload("1"));

        assertThat(storage().runs().step(tenant(), new RunId("r2"), "fetch")).isEmpty();
        assertThat(storage().runs().step(tenant(), new RunId("r3"), "fetch")).isEmpty();
        assertThat(step("fetc")).isEmpty();
        assertThat(step("fetch ")).isEmpty();
    }

    @Test
    void stepsOutliveTheEndOfTheRun() {
        journal("fetch", payload("1"));
        commit(completes(run("r1")));

        assertThat(step("fetch")).contains(new StepRecord("fetch", payload("1")));
    }

    @Test
    void eventsAreReadByPosition() {
        retain(0, 1, 2, 3);
        retain(0, 4, 5);

        assertThat(positions(0, 10)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(positions(3, 10)).containsExactly(4L, 5L);
        assertThat(positions(1, 2)).containsExactly(2L, 3L);
        assertThat(positions(5, 10)).isEmpty();
        assertThat(positions(Long.MAX_VALUE, 10)).isEmpty();
        assertThat(storage().runs().events(tenant(), RUN, 4, 1, 0)).containsExactly(event(5));
    }

    @Test
    void aBatchOfEventsMayBeSentAgain() {
        retain(0, 1, 2, 3);
        storage().runs().retain(lease(), List.of(new StoredEvent(3, payload("another")), event(4)), 0);

        assertThat(storage().runs().events(tenant(), RUN, 2, 10, Long.MAX_VALUE))
                .containsExactly(event(3), event(4));
    }

    @Test
    void whoHasNotTheFenceRetainsAndDropsNothing() {
        RunLease before = lease();
        retain(0, 1, 2);
        commit(parks(run("r1")));

        assertThat(storage().runs().retain(before, List.of(event(3)), 2)).isFalse();
        assertThat(storage().runs().retain(new RunLease(tenant(), RUN, 7), List.of(event(3)), 2))
                .isFalse();
        assertThat(storage().runs().retain(before, List.of(), 2)).isFalse();
        assertThat(positions(0, 10)).containsExactly(1L, 2L);
        retain(2, 3);
        assertThat(positions(0, 10)).containsExactly(2L, 3L);
    }

    @Test
    void whoTakesARunIsAloneWithItsEvents() {
        commit(queued("r2", agent()));
        RunLease first = claimed("first", Duration.ZERO);
        assertThat(storage().runs().retain(first, List.of(event(1)), 0)).isTrue();
        RunLease second = claimed("second", LONG);

        assertThat(storage().runs().retain(first, List.of(new StoredEvent(2, payload("late"))), 0))
                .isFalse();
        assertThat(storage().runs().retain(second, List.of(event(2)), 0)).isTrue();
        assertThat(storage().runs().events(tenant(), new RunId("r2"), 0, 10, Long.MAX_VALUE))
                .containsExactly(event(1), event(2));
    }

    private RunLease claimed(String holder, Duration lease) {
        List<RunRecord> taken = new ArrayList<>();
        eventually().until(() -> {
            taken.addAll(storage().runs().claim(holder, List.of(agent()), lease, 1));
            return !taken.isEmpty();
        });
        return new RunLease(tenant(), new RunId("r2"), taken.get(0).head().fence());
    }

    @Test
    void eventsOfACommitComeAfterThoseThatAreThere() {
        retain(0, 1, 2);
        storage()
                .commit(Commit.in(tenant())
                        .run(parks(run("r1")))
                        .event(new StoredEvent(2, payload("another")))
                        .event(event(3))
                        .build());
        storage()
                .commit(Commit.in(tenant())
                        .run(completes(run("r1")))
                        .event(event(4))
                        .build());

        assertThat(storage().runs().events(tenant(), RUN, 0, 10, Long.MAX_VALUE))
                .containsExactly(event(1), event(2), event(3), event(4));
    }

    @Test
    void aCommitThatIsRepeatedRetainsNothingAnew() {
        Commit parks = Commit.in(tenant()).run(parks(run("r1"))).event(event(1)).build();
        storage().commit(parks);
        retain(2, 2);
        assertThat(storage().commit(parks).repeated()).isTrue();

        assertThat(positions(0, 10)).containsExactly(2L);
    }

    @Test
    void oldEventsAreDropped() {
        retain(0, 1, 2, 3);
        retain(3, 4);
        assertThat(positions(0, 10)).containsExactly(3L, 4L);

        retain(10);
        assertThat(positions(0, 10)).isEmpty();
        retain(20, 20, 100);
        assertThat(positions(0, 10)).containsExactly(20L, 100L);
    }

    @Test
    void aPageOfEventsEndsBeforeItHoldsTooManyBytesButTheFirstIsAlwaysRead() {
        storage()
                .runs()
                .retain(
                        lease(),
                        LongStream.rangeClosed(1, 4)
                                .mapToObj(at -> new StoredEvent(at, Payload.of(new byte[1000])))
                                .toList(),
                        0);

        assertThat(storage().runs().events(tenant(), RUN, 0, 10, 2999)).hasSize(2);
        assertThat(storage().runs().events(tenant(), RUN, 0, 10, 3000)).hasSize(3);
        assertThat(storage().runs().events(tenant(), RUN, 0, 10, 0)).hasSize(1);
        for (int limit : new int[] {-1, 0, Runs.MAX_PAGE + 1}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> positions(0, limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void ofARunThatIsNotThereNothingIsRetained() {
        RunLease lease = new RunLease(tenant(), new RunId("r2"), 1);
        assertThat(storage().runs().retain(lease, List.of(event(1)), 0)).isFalse();
        assertThat(storage().runs().events(tenant(), new RunId("r2"), 0, 10, Long.MAX_VALUE))
                .isEmpty();

        commit(parked("r2", agent()));
        assertThat(storage().runs().events(tenant(), new RunId("r2"), 0, 10, Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void aFullPageOfEventsIsRetainedAtOnce() {
        storage()
                .runs()
                .retain(
                        lease(),
                        LongStream.rangeClosed(1, Runs.MAX_PAGE)
                                .mapToObj(JournalKit::event)
                                .toList(),
                        0);

        assertThat(positions(0, Runs.MAX_PAGE)).hasSize(Runs.MAX_PAGE).isSorted();
    }

    private void journal(String key, @Nullable Payload result) {
        storage()
                .commit(Commit.in(tenant())
                        .within(lease())
                        .step(new StepRecord(key, result))
                        .build());
    }

    private Optional<StepRecord> step(String key) {
        return storage().runs().step(tenant(), RUN, key);
    }

    private void retain(long keepFrom, long... positions) {
        List<StoredEvent> events = new ArrayList<>();
        for (long position : positions) {
            events.add(event(position));
        }
        assertThat(storage().runs().retain(lease(), events, keepFrom))
                .as("the fence")
                .isTrue();
    }

    /** The run with its present fence. */
    private RunLease lease() {
        return new RunLease(tenant(), RUN, run("r1").head().fence());
    }

    private static StoredEvent event(long position) {
        return new StoredEvent(position, payload("event " + position));
    }

    private List<Long> positions(long after, int limit) {
        return storage().runs().events(tenant(), RUN, after, limit, Long.MAX_VALUE).stream()
                .map(StoredEvent::position)
                .toList();
    }
}
