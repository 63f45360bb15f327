package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.start;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Leases, timers and times to live go by the clock of the store's server, so a node whose own clock is an hour wrong takes nothing
 * early, and lets nobody wait. For stores that have such a clock: one extends this beside {@link LastingStorageKit}.
 */
public abstract class StoreClockKit extends ClockTheme {
    private static final Duration SHORT = Duration.ofMillis(300);

    /** For subclasses. */
    protected StoreClockKit() {}

    @ParameterizedTest
    @MethodSource("nodes")
    void aLeaseIsNotTakenEarlyAndNotLateByAWrongNode(Node wrong) {
        commit(working("long", agent(), "right-clock", HALF));
        assertThat(wrong.node().claim(agent(), HALF)).isZero();
        commit(working("short", agent(), "right-clock", SHORT));
        eventually().until(() -> wrong.node().claim(agent(), HALF) == 1);

        assertThat(run("short").head().holder()).isEqualTo(ClockNode.HOLDER);
        assertThat(run("long").head().holder()).isEqualTo("right-clock");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aLeaseOfAWrongNodeIsNotTakenEarlyAndNotLate(Node wrong) {
        wrong.node().work(tenant(), "long", agent(), HALF);
        assertThat(claimed()).isZero();
        wrong.node().work(tenant(), "short", agent(), SHORT);
        eventually().until(() -> claimed() == 1);

        assertThat(run("long").head().holder()).isEqualTo(ClockNode.HOLDER);
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aRunIsDueWhenTheStoreSaysSo(Node wrong) {
        wrong.node().sleep(tenant(), "later", agent(), HALF);
        assertThat(claimed()).isZero();
        wrong.node().queue(tenant(), "now", agent());
        eventually().until(() -> claimed() == 1);
        commit(start("later-too", agent(), RunState.SUBMITTED, null, Due.after(HALF), null));
        assertThat(wrong.node().claim(agent(), HALF)).isZero();
        commit(queued("now-too", agent()));
        eventually().until(() -> wrong.node().claim(agent(), HALF) == 1);

        assertThat(run("now").head().holder()).isEqualTo("right-clock");
        assertThat(run("now-too").head().holder()).isEqualTo(ClockNode.HOLDER);
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aValueLivesAsLongAsItWasGivenWhoeverLooks(Node wrong) {
        set("mine", HALF);
        assertThat(wrong.node().has(tenant(), "mine")).isTrue();
        assertThat(wrong.node().remaining(tenant(), "mine")).isBetween(HALF.minusMinutes(10), HALF);
        set("my-short", SHORT);
        eventually().until(() -> !wrong.node().has(tenant(), "my-short"));

        wrong.node().set(tenant(), "theirs", HALF);
        assertThat(storage().values().remaining(tenant(), "theirs").orElseThrow())
                .isBetween(HALF.minusMinutes(10), HALF);
        wrong.node().set(tenant(), "their-short", SHORT);
        eventually().until(() -> storage().values().get(tenant(), "their-short").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aSweepByAWrongNodeTakesNothingEarly(Node wrong) {
        commit(says(SESSION, "r1", 1));
        commit(ended("kept", agent(), RunState.COMPLETED, HALF));
        set("kept", HALF);
        wrong.node().sweep(HALF);

        assertThat(turns()).hasSize(1);
        assertThat(run("kept").head().state()).isEqualTo(RunState.COMPLETED);
        assertThat(storage().values().get(tenant(), "kept")).isPresent();
        wrong.node().set(tenant(), "theirs", HALF);
        storage().sweep(new Retention(null), 1_000);
        assertThat(storage().values().get(tenant(), "theirs")).isPresent();
    }

    private void set(String key, Duration ttl) {
        storage().values().compareAndSet(tenant(), ValueChange.insert(key, payload(key), ttl));
    }

    private int claimed() {
        return storage()
                .runs()
                .claim("right-clock", List.of(agent()), HALF, 100)
                .size();
    }
}
