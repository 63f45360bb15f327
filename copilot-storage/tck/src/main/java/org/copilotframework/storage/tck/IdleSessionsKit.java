package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Retention;
import org.junit.jupiter.api.Test;

/**
 * A sweep deletes sessions that have been idle for too long. For stores whose clock can be moved by a test, or whose sessions
 * can be made older.
 */
public abstract class IdleSessionsKit extends Theme {
    private static final Duration OLD = Duration.ofDays(10);
    private static final Retention A_WEEK = new Retention(Duration.ofDays(7));

    /** For subclasses. */
    protected IdleSessionsKit() {}

    /**
     * Makes a session look as if its last commit had been made earlier, by moving the store's clock or by changing what is
     * stored.
     *
     * @param tenant whose session
     * @param session which session
     * @param by how much earlier
     * @throws Exception if that fails, which fails the test
     */
    protected abstract void makeOlder(TenantId tenant, SessionId session, Duration by) throws Exception;

    @Test
    void anIdleSessionIsSweptAsAWhole() throws Exception {
        commit(says(SESSION, "r1", 1, Map.of("k", payload("v"))));
        commit(says(SESSION, "r2", 2));
        makeOlder(tenant(), SESSION, OLD);
        SessionId fresh = new SessionId("fresh");
        commit(says(fresh, "r1", 1));
        sweep(A_WEEK);

        assertThat(head()).isEmpty();
        assertThat(turns()).isEmpty();
        assertThat(storage().sessions().list(tenant(), null, 10))
                .extracting(head -> head.id().value())
                .containsExactly("fresh");
        assertThat(commit(says(SESSION, "r1", 1)).repeated()).isFalse();
        assertThat(head().orElseThrow().state()).isEmpty();
    }

    @Test
    void aSessionThatWasNotIdleForSoLongStays() throws Exception {
        commit(says(SESSION, "r1", 1));
        makeOlder(tenant(), SESSION, OLD);
        sweep(new Retention(Duration.ofDays(30)));
        sweep(new Retention(null));

        assertThat(turns()).hasSize(1);
    }

    @Test
    void aCommitEndsTheIdleTime() throws Exception {
        commit(says(SESSION, "r1", 1));
        makeOlder(tenant(), SESSION, OLD);
        commit(says(SESSION, "r2", 2));
        sweep(A_WEEK);

        assertThat(turns()).hasSize(2);
    }

    @Test
    void aSweepTakesNoMoreSessionsThanItMay() throws Exception {
        List<SessionId> old = List.of(new SessionId("a"), new SessionId("b"), new SessionId("c"));
        for (SessionId session : old) {
            commit(says(session, "r1", 1));
        }
        for (SessionId session : old) {
            makeOlder(tenant(), session, OLD);
        }
        eventually().until(() -> {
            int before = storage().sessions().list(tenant(), null, 10).size();
            assertThat(storage().sweep(A_WEEK, 1)).isBetween(0, 1);
            int after = storage().sessions().list(tenant(), null, 10).size();
            assertThat(before - after).isBetween(0, 1);
            return after == 0;
        });
    }

    private void sweep(Retention retention) {
        eventually().until(() -> storage().sweep(retention, 1000) < 1000);
    }
}
