package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.start;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run is deleted in whatever state, with all that belongs to it and nothing else. */
abstract class RunDeletionKit extends Theme {
    private static final RunId RUN = new RunId("r1");

    @ParameterizedTest
    @EnumSource(RunState.class)
    void aDeletedRunIsGoneWithItsStepsAndEvents(RunState state) {
        commit(says(SESSION, "r1", 1));
        commit(parked("r2", agent()));
        Due due = state.terminal() ? Due.never() : Due.now();
        storage()
                .commit(Commit.in(tenant())
                        .start(start("r1", agent(), state, null, due, state.terminal() ? LONG : null))
                        .step(new StepRecord("s", payload("x")))
                        .event(new StoredEvent(1, payload("e")))
                        .build());

        assertThat(storage().runs().delete(tenant(), RUN)).isTrue();
        nothingIsLeft();
        assertThat(storage().runs().delete(tenant(), RUN)).isFalse();
        assertThat(storage().runs().list(tenant(), null, null, 10))
                .containsExactly(run("r2").head());
        assertThat(turns()).hasSize(1);
    }

    @Test
    void whoHoldsARunThatIsDeletedMeetsAConflict() {
        commit(queued("r1", agent()));
        RunRecord mine = storage().runs().claim("me", List.of(agent()), LONG, 1).get(0);
        RunLease lease = new RunLease(tenant(), RUN, mine.head().fence());
        assertThat(storage().runs().delete(tenant(), RUN)).isTrue();

        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> commit(completes(mine)));
        Commit late = Commit.in(tenant())
                .within(lease)
                .step(new StepRecord("late", null))
                .build();
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage().commit(late));
        assertThat(storage().runs().renew(List.of(lease), LONG)).containsExactly(lease);
        assertThat(storage().runs().retain(lease, List.of(new StoredEvent(1, payload("late"))), 0))
                .isFalse();
        nothingIsLeft();
    }

    @Test
    void aRunOfTheSameIdBeginsAnew() {
        storage()
                .commit(Commit.in(tenant())
                        .start(parked("r1", agent()))
                        .step(new StepRecord("old", payload("x")))
                        .build());
        commit(completes(run("r1")));
        storage().runs().delete(tenant(), RUN);

        assertThat(commit(parked("r1", agent())).repeated()).isFalse();
        assertThat(run("r1").head().fence()).isEqualTo(1);
        assertThat(storage().runs().steps(tenant(), RUN, "", 10, Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void aNeighboursRunStays() {
        commit(parked("r1", agent()));
        storage().commit(Commit.in(neighbour()).start(parked("r1", agent())).build());

        assertThat(storage().runs().delete(tenant(), RUN)).isTrue();
        assertThat(storage().runs().find(neighbour(), RUN)).isPresent();
        assertThat(storage().runs().delete(tenant(), new RunId("never"))).isFalse();
    }

    @Test
    void aDeletedRunIsNotSweptOnceMore() {
        commit(ended("r1", agent(), RunState.COMPLETED, Duration.ofMillis(1)));
        storage().runs().delete(tenant(), RUN);
        commit(parked("r1", agent()));
        storage().sweep(new org.copilotframework.api.spi.storage.Retention(null), 1000);

        assertThat(storage().runs().find(tenant(), RUN)).isPresent();
    }

    private void nothingIsLeft() {
        assertThat(storage().runs().find(tenant(), RUN)).isEmpty();
        for (RunState state : RunState.values()) {
            assertThat(storage().runs().list(tenant(), state, null, 10))
                    .extracting(head -> head.id().value())
                    .doesNotContain("r1");
        }
        assertThat(storage().runs().step(tenant(), RUN, "s")).isEmpty();
        assertThat(storage().runs().steps(tenant(), RUN, "", 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().runs().events(tenant(), RUN, 0, 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().runs().claim("me", List.of(agent()), LONG, 10)).isEmpty();
    }
}
