package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.Test;

/** However long a session or a run has become, it is deleted like a short one, and one of its name begins anew. */
abstract class LargeDeletionsKit extends Theme {
    private static final RunId RUN = new RunId("r1");

    @Test
    void aLongSessionIsDeletedWhole() {
        grow();

        assertThat(storage().sessions().delete(tenant(), SESSION)).isTrue();
        assertThat(head()).isEmpty();
        assertThat(turns()).isEmpty();
        assertThat(storage().sessions().delete(tenant(), SESSION)).isFalse();
        beginsAnew();
    }

    @Test
    void aLongSessionIsErasedWithItsTenant() {
        grow();
        storage().commit(Commit.in(neighbour()).session(says(SESSION, "r1", 1)).build());

        assertThat(storage().erase(tenant())).isEqualTo(1);
        assertThat(head()).isEmpty();
        assertThat(turns()).isEmpty();
        assertThat(storage().erase(tenant())).isZero();
        assertThat(storage().sessions().head(neighbour(), SESSION)).isPresent();
        beginsAnew();
    }

    @Test
    void aRunOfManyStepsAndEventsIsDeletedWhole() {
        commit(parked("r1", agent()));
        RunLease lease = new RunLease(tenant(), RUN, 1);
        for (int i = 0; i < store().commits(); i += 10) {
            Commit.Builder steps = Commit.in(tenant()).within(lease);
            for (int step = i; step < i + 10; step++) {
                steps.step(new StepRecord("s" + step, payload("x")));
            }
            storage().commit(steps.build());
        }
        List<StoredEvent> events = LongStream.rangeClosed(1, store().commits())
                .mapToObj(position -> new StoredEvent(position, payload("e")))
                .toList();
        assertThat(storage().runs().retain(lease, events, 0)).isTrue();

        assertThat(storage().runs().delete(tenant(), RUN)).isTrue();
        commit(parked("r1", agent()));
        commit(parked("r2", agent()));
        for (RunId run : List.of(RUN, new RunId("r2"))) {
            assertThat(storage().runs().steps(tenant(), run, "", 10, Long.MAX_VALUE))
                    .isEmpty();
            assertThat(storage().runs().events(tenant(), run, 0, 10, Long.MAX_VALUE))
                    .isEmpty();
        }
    }

    /** Four times as many turns as other tests make commits, and so many pieces of any size: 2,000 unless the backend is slow. */
    private void grow() {
        commit(says(SESSION, "r1", 1, Map.of("k", payload("v"))));
        for (int version = 2; version <= 4 * store().commits(); version++) {
            commit(says(SESSION, "r" + version, version));
        }
        assertThat(head().orElseThrow().version()).isEqualTo(4L * store().commits());
    }

    private void beginsAnew() {
        assertThat(commit(says(SESSION, "again", 1)).repeated()).isFalse();
        assertThat(head().orElseThrow().state()).isEmpty();
        assertThat(turns()).extracting(StoredTurn::id).containsExactly("again/1");
    }
}
