package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.again;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A sweep deletes what is no longer kept, and nothing else. */
abstract class RetentionKit extends Theme {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Retention KEEP_SESSIONS = new Retention(null);

    @Test
    void aRunThatHasEndedIsKeptForItsTime() {
        storage()
                .commit(Commit.in(tenant())
                        .start(ended("brief", agent(), RunState.COMPLETED, SHORT))
                        .step(new StepRecord("s", payload("x")))
                        .event(new StoredEvent(1, payload("e")))
                        .build());
        storage()
                .runs()
                .retain(new RunLease(tenant(), new RunId("brief"), 1), List.of(new StoredEvent(2, payload("e"))), 0);
        commit(ended("lasting", agent(), RunState.FAILED, LONG));
        commit(ended("always", agent(), RunState.FAILED, null));
        commit(parked("changed", agent()));
        commit(new RunChange(new RunId("changed"), 1, "c", RunState.CANCELED, 2, null, null, Due.never(), SHORT));
        commit(parked("open", agent()));
        sweepUntilGone("brief");
        sweepUntilGone("changed");

        assertThat(storage().runs().list(tenant(), null, null, 10))
                .extracting(RunHead::id)
                .extracting(RunId::value)
                .containsExactly("open", "lasting", "always");
        assertThat(storage().runs().list(tenant(), RunState.COMPLETED, null, 10))
                .isEmpty();
        assertThat(storage().runs().step(tenant(), new RunId("brief"), "s")).isEmpty();
        assertThat(storage().runs().events(tenant(), new RunId("brief"), 0, 10, Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void aTimeToKeepBeginsWithTheEnd() {
        commit(new RunStart(
                new RunId("open"),
                "c0",
                agent(),
                null,
                RunState.INPUT_REQUIRED,
                1,
                payload("in"),
                null,
                null,
                Due.never(),
                SHORT));
        commit(new RunChange(new RunId("open"), 1, "c1", RunState.AUTH_REQUIRED, 2, null, null, Due.never(), SHORT));
        commit(ended("witness", agent(), RunState.COMPLETED, SHORT.multipliedBy(2)));
        sweepUntilGone("witness");

        assertThat(run("open").head().state()).isEqualTo(RunState.AUTH_REQUIRED);
    }

    @Test
    void aRunThatBeginsAgainAfterItsTimeIsNotSweptForTheEarlierOne() {
        commit(ended("r1", agent(), RunState.COMPLETED, Duration.ofMillis(1)));
        RunStart anew = again(parked("r1", agent()));
        eventually().until(() -> {
            try {
                return !commit(anew).repeated();
            } catch (ConflictException stillThere) {
                storage().sweep(KEEP_SESSIONS, 100);
                return false;
            }
        });
        eventually().until(() -> storage().sweep(KEEP_SESSIONS, 1000) < 1000);

        assertThat(run("r1").head().state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(storage().runs().list(tenant(), RunState.COMPLETED, null, 10))
                .isEmpty();
        assertThat(storage().runs().list(tenant(), null, null, 10)).hasSize(1);
    }

    private void sweepUntilGone(String run) {
        eventually().until(() -> {
            storage().sweep(KEEP_SESSIONS, 100);
            return storage().runs().find(tenant(), new RunId(run)).isEmpty();
        });
    }

    @Test
    void aSweepTakesNoMoreThanItMayAndInTheEndAll() {
        for (int i = 0; i < 5; i++) {
            commit(ended("r" + i, agent(), RunState.COMPLETED, Duration.ofMillis(1)));
            storage().values().compareAndSet(tenant(), ValueChange.insert("v" + i, payload("x"), Duration.ofMillis(1)));
        }
        eventually().until(() -> {
            assertThat(storage().sweep(KEEP_SESSIONS, 2)).isBetween(0, 2);
            return storage().runs().list(tenant(), null, null, 10).isEmpty()
                    && storage()
                            .values()
                            .list(tenant(), "", "", 10, Long.MAX_VALUE)
                            .isEmpty();
        });
        eventually().until(() -> storage().sweep(KEEP_SESSIONS, 100) < 100);
        for (int limit : new int[] {0, 10_001}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().sweep(KEEP_SESSIONS, limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void whatIsKeptIsNotSwept() {
        commit(says(SESSION, "r1", 1));
        commit(ended("r1", agent(), RunState.COMPLETED, LONG));
        storage().values().compareAndSet(tenant(), ValueChange.insert("always", payload("x"), null));
        storage().values().compareAndSet(tenant(), ValueChange.insert("lasting", payload("x"), LONG));
        storage().values().compareAndSet(tenant(), ValueChange.insert("anew", payload("x"), Duration.ofMillis(1)));
        eventually().until(() -> storage().values().get(tenant(), "anew").isEmpty());
        storage().values().compareAndSet(tenant(), ValueChange.insert("anew", payload("x"), LONG));
        eventually().until(() -> storage().sweep(new Retention(LONG), 1000) < 1000);

        assertThat(turns()).hasSize(1);
        assertThat(run("r1").head().state()).isEqualTo(RunState.COMPLETED);
        assertThat(storage().values().list(tenant(), "", "", 10, Long.MAX_VALUE))
                .extracting(StoredValue::key)
                .containsExactly("always", "anew", "lasting");
    }
}
