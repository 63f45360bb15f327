package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.again;
import static org.copilotframework.storage.tck.Fixtures.changes;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.parks;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.StepRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A run is changed by whoever has its fence, until it has ended. */
abstract class RunsKit extends Theme {
    @Test
    void aRunComesBackAsItWasBegun() {
        Instant due = Instant.parse("2035-06-01T12:00:00.123Z");
        RunStart start = new RunStart(
                new RunId("r1"),
                "r1/0",
                agent(),
                SESSION,
                RunState.SUBMITTED,
                3,
                payload("in"),
                payload("detail"),
                null,
                Due.at(due),
                null);
        assertThat(commit(start)).isEqualTo(new CommitResult(false, null, 1));

        RunRecord run = run("r1");
        RunHead head = run.head();
        assertThat(head)
                .isEqualTo(new RunHead(
                        tenant(),
                        new RunId("r1"),
                        agent(),
                        SESSION,
                        RunState.SUBMITTED,
                        1,
                        3,
                        0,
                        null,
                        due,
                        head.created(),
                        head.changed()));
        assertThat(head.changed()).isEqualTo(head.created());
        assertThat(run).isEqualTo(new RunRecord(head, payload("in"), payload("detail")));
    }

    @Test
    void aRunWithoutSessionDetailHolderAndDueHasNone() {
        commit(parked("r1", agent()));

        RunRecord run = run("r1");
        assertThat(run.detail()).isNull();
        assertThat(run.head())
                .extracting(RunHead::session, RunHead::holder, RunHead::due)
                .containsOnlyNulls();
        assertThat(storage().runs().find(tenant(), new RunId("r2"))).isEmpty();
    }

    @Test
    void aRunThatIsTakenAtOnceHasAHolderAndALease() {
        commit(working("r1", agent(), "me", LONG));

        RunHead head = run("r1").head();
        assertThat(head.holder()).isEqualTo("me");
        assertThat(head.due()).isNotNull().isAfter(head.created());
        assertThat(storage().runs().claim("other", List.of(agent()), LONG, 10)).isEmpty();
    }

    @Test
    void aChangeMovesTheFenceAndReplacesTheDetail() {
        commit(queued("r1", agent()));
        RunRecord before = run("r1");
        CommitResult result = commit(new RunChange(
                new RunId("r1"), 1, "c1", RunState.WORKING, 2, payload("left"), "me", Due.after(LONG), null));

        assertThat(result).isEqualTo(new CommitResult(false, null, 2));
        RunRecord after = run("r1");
        assertThat(after.input()).isEqualTo(before.input());
        assertThat(after.detail()).isEqualTo(payload("left"));
        assertThat(after.head())
                .extracting(RunHead::state, RunHead::fence, RunHead::activation, RunHead::attempt, RunHead::holder)
                .containsExactly(RunState.WORKING, 2L, 2, 0, "me");
        assertThat(after.head().created()).isEqualTo(before.head().created());
        assertThat(after.head().changed()).isAfterOrEqualTo(before.head().changed());

        commit(new RunChange(new RunId("r1"), 2, "c2", RunState.AUTH_REQUIRED, 3, null, null, Due.never(), null));
        assertThat(run("r1").detail()).isNull();
        assertThat(run("r1").head()).extracting(RunHead::holder, RunHead::due).containsOnlyNulls();
    }

    @Test
    void aStaleFenceIsAConflictThatNamesBoth() {
        commit(parked("r1", agent()));
        RunRecord old = run("r1");
        commit(parks(old));
        RunRecord now = run("r1");
        RunChange late =
                new RunChange(new RunId("r1"), 1, "late", RunState.COMPLETED, 2, null, null, Due.never(), null);

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(late))
                .withMessageContaining("'r1'")
                .withMessageContaining("fence 2")
                .withMessageContaining("expects 1");
        assertThat(run("r1")).isEqualTo(now);
    }

    @Test
    void aRunThatHasEndedStaysAsItIs() {
        commit(queued("r1", agent()));
        commit(changes(run("r1"), RunState.CANCELED, Due.never()));
        RunRecord end = run("r1");

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(completes(end)))
                .withMessageContaining("'r1'")
                .withMessageContaining("CANCELED");
        assertThat(run("r1")).isEqualTo(end);
    }

    @Test
    void aRunThatIsNotThereCannotChange() {
        RunChange change = new RunChange(new RunId("r1"), 1, "c", RunState.COMPLETED, 2, null, null, Due.never(), null);

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(change))
                .withMessageContaining("'r1'");
        assertThat(storage().runs().find(tenant(), new RunId("r1"))).isEmpty();
    }

    @Test
    void aRunBeginsOnce() {
        RunStart start = parked("r1", agent());
        commit(start);

        assertThat(commit(start)).isEqualTo(new CommitResult(true, null, 1));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> commit(again(start)))
                .withMessageContaining("'r1'");
    }

    @Test
    void aRepeatedChangeGivesTheFirstResultAlsoAfterTheEnd() {
        commit(parked("r1", agent()));
        RunChange end = completes(run("r1"));
        commit(end);
        RunRecord after = run("r1");

        assertThat(commit(end)).isEqualTo(new CommitResult(true, null, 2));
        assertThat(run("r1")).isEqualTo(after);
    }

    @Test
    void whoRepeatsHisChangeIsNotGivenTheFenceOfSomebodyWhoHasTakenTheRunSince() {
        RunStart start = queued("r1", agent());
        commit(start);
        storage().runs().claim("somebody", List.of(agent()), LONG, 10);
        assertThat(commit(start)).isEqualTo(new CommitResult(true, null, 1));

        RunChange back = changes(run("r1"), RunState.SUBMITTED, Due.now());
        commit(back);
        storage().runs().claim("somebody", List.of(agent()), LONG, 10);
        assertThat(run("r1").head().fence()).isEqualTo(4);
        assertThat(commit(back)).isEqualTo(new CommitResult(true, null, 3));
        assertThat(run("r1").head().holder()).isEqualTo("somebody");
    }

    @Test
    void runsAreListedTheLatestFirstPageAfterPageAndByState() {
        for (int i = 1; i <= 7; i++) {
            commit(i % 3 == 0 ? ended("r" + i, agent(), RunState.FAILED, null) : parked("r" + i, agent()));
        }
        commit(completes(run("r1")));

        assertThat(ids(null, null, 10)).containsExactly("r7", "r6", "r5", "r4", "r3", "r2", "r1");
        assertThat(ids(null, new RunId("r5"), 2)).containsExactly("r4", "r3");
        assertThat(ids(RunState.FAILED, null, 10)).containsExactly("r6", "r3");
        assertThat(ids(RunState.FAILED, new RunId("r6"), 10)).containsExactly("r3");
        assertThat(ids(RunState.INPUT_REQUIRED, null, 3)).containsExactly("r7", "r5", "r4");
        assertThat(ids(RunState.INPUT_REQUIRED, new RunId("r4"), 3)).containsExactly("r2");
        assertThat(ids(RunState.COMPLETED, null, 10)).containsExactly("r1");
        assertThat(ids(RunState.WORKING, null, 10)).isEmpty();
        assertThat(storage().runs().list(tenant(), null, null, 1))
                .containsExactly(run("r7").head());
        for (int limit : new int[] {-1, 0, Runs.MAX_PAGE + 1}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> ids(null, null, limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void stepsAreListedByCodePointPageAfterPage() {
        RunId id = new RunId("r1");
        commit(parked("r1", agent()));
        List<String> keys = List.of("a", "a%", "a/1", "ab", "b", "\uff5e", "\ud83d\ude00");
        RunLease within = new RunLease(tenant(), id, 1);
        for (String key : keys) {
            StepRecord step = new StepRecord(key, key.equals("b") ? null : payload("of " + key));
            storage().commit(Commit.in(tenant()).within(within).step(step).build());
        }

        List<StepRecord> all = storage().runs().steps(tenant(), id, "", 100, Long.MAX_VALUE);
        assertThat(all).extracting(StepRecord::key).containsExactlyElementsOf(keys);
        assertThat(all).contains(new StepRecord("b", null), new StepRecord("ab", payload("of ab")));
        assertThat(storage().runs().steps(tenant(), id, "a", 2, Long.MAX_VALUE)).isEqualTo(all.subList(1, 3));
        assertThat(storage().runs().steps(tenant(), id, "\ud83d\ude00", 2, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().runs().steps(tenant(), new RunId("r2"), "", 2, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().runs().steps(neighbour(), id, "", 2, Long.MAX_VALUE))
                .isEmpty();
        for (int wrong : List.of(0, 1001)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().runs().steps(tenant(), id, "", wrong, Long.MAX_VALUE));
        }
    }

    @Test
    void runsAreListedByCodePoint() {
        List<String> ids = List.of("a_", "a", "Z", "A-", "A", "_", "-", "9", "10");
        ids.forEach(id -> commit(parked(id, agent())));

        List<String> sorted = new ArrayList<>(ids);
        sorted.sort(java.util.Comparator.reverseOrder());
        assertThat(ids(null, null, 100)).containsExactlyElementsOf(sorted);
    }

    private List<String> ids(@Nullable RunState state, @Nullable RunId before, int limit) {
        return storage().runs().list(tenant(), state, before, limit).stream()
                .map(head -> head.id().value())
                .toList();
    }
}
