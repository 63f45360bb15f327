package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.again;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.parks;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.turn;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A commit is made as a whole or not at all, and once however often it is sent. */
abstract class CommitKit extends Theme {
    private static final Payload PAYLOAD = payload("content");
    private static final StoredEvent EVENT = new StoredEvent(1, PAYLOAD);

    @Test
    void allOfACommitIsThereAfterwards() {
        commit(parked("r1", agent()));
        CommitResult result = storage().commit(whole(1, run("r1")));

        assertThat(result).isEqualTo(new CommitResult(false, turn("r1", 1), 2));
        assertThat(head().orElseThrow().state()).isEqualTo(Map.of("topic", PAYLOAD));
        assertThat(turns()).containsExactly(turn("r1", 1));
        assertThat(run("r1").head().state()).isEqualTo(RunState.COMPLETED);
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "fetch"))
                .contains(new StepRecord("fetch", PAYLOAD));
        assertThat(events()).containsExactly(EVENT);
        assertThat(storage().values().get(tenant(), "receipt").map(StoredValue::value))
                .contains(PAYLOAD);
        assertThat(storage().values().get(tenant(), "second").map(StoredValue::value))
                .contains(PAYLOAD);
        assertThat(waiting())
                .singleElement()
                .satisfies(
                        message -> assertThat(message.message()).isEqualTo(new OutboxMessage("runs", "r1", PAYLOAD)));
    }

    @Test
    void allOfACommitThatBeginsARunIsThereAfterwards() {
        CommitResult result = storage()
                .commit(Commit.in(tenant())
                        .session(says(SESSION, "r1", 1))
                        .start(ended("r1", agent(), RunState.COMPLETED, null))
                        .step(new StepRecord("fetch", PAYLOAD))
                        .event(EVENT)
                        .message(new OutboxMessage("runs", "r1", PAYLOAD))
                        .build());

        assertThat(result).isEqualTo(new CommitResult(false, turn("r1", 1), 1));
        assertThat(turns()).hasSize(1);
        assertThat(run("r1").head().state()).isEqualTo(RunState.COMPLETED);
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "fetch")).isPresent();
        assertThat(events()).containsExactly(EVENT);
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void aStaleSessionLeavesNothing() {
        commit(parked("r1", agent()));
        refused(whole(2, run("r1")));
        nothingIsThere(1);
    }

    @Test
    void aLostFenceLeavesNothing() {
        commit(parked("r1", agent()));
        RunRecord before = run("r1");
        commit(parks(before));
        refused(whole(1, before));
        nothingIsThere(2);
    }

    @Test
    void aRunThatHasEndedLeavesNothing() {
        commit(ended("r1", agent(), RunState.CANCELED, null));
        refused(whole(1, run("r1")));
        nothingIsThere(1);
    }

    @Test
    void aRunThatIsThereAlreadyLeavesNothing() {
        commit(parked("r1", agent()));
        refused(riders(Commit.in(tenant()).session(says(SESSION, "r1", 1)).start(again(parked("r1", agent()))))
                .event(EVENT)
                .build());
        nothingIsThere(1);
    }

    @Test
    void aValueAtAnotherVersionLeavesNothing() {
        commit(parked("r1", agent()));
        storage().values().compareAndSet(tenant(), ValueChange.insert("taken", PAYLOAD, null));
        refused(riders(Commit.in(tenant()).session(says(SESSION, "r1", 1)).run(completes(run("r1"))))
                .value(ValueChange.insert("taken", PAYLOAD, null))
                .event(EVENT)
                .build());
        nothingIsThere(1);
    }

    @Test
    void aValueThatIsNotThereLeavesNothing() {
        commit(parked("r1", agent()));
        refused(riders(Commit.in(tenant()).session(says(SESSION, "r1", 1)).run(completes(run("r1"))))
                .value(ValueChange.update("absent", 7, PAYLOAD, null))
                .build());
        nothingIsThere(1);
    }

    @Test
    void stepsAreJournaledOnlyWithinTheFence() {
        commit(parked("r1", agent()));
        RunRecord before = run("r1");
        RunLease lease = new RunLease(tenant(), new RunId("r1"), 1);
        CommitResult result = storage()
                .commit(Commit.in(tenant())
                        .within(lease)
                        .step(new StepRecord("first", PAYLOAD))
                        .build());

        assertThat(result).isEqualTo(new CommitResult(false, null, 0));
        assertThat(run("r1")).isEqualTo(before);
        commit(parks(before));
        refused(riders(Commit.in(tenant()).session(says(SESSION, "r1", 1)).within(lease))
                .build());
        nothingIsThere(2);
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "first")).isPresent();
    }

    @Test
    void stepsThatAreSentAgainAreLeftAsTheyAre() {
        commit(parked("r1", agent()));
        RunLease lease = new RunLease(tenant(), new RunId("r1"), 1);
        Commit steps = Commit.in(tenant())
                .within(lease)
                .step(new StepRecord("done", PAYLOAD))
                .step(new StepRecord("begun", null))
                .build();
        storage().commit(steps);
        RunRecord before = run("r1");
        StepRecord done = new StepRecord("begun", payload("done meanwhile"));
        storage().commit(Commit.in(tenant()).within(lease).step(done).build());

        assertThat(storage().commit(steps)).isEqualTo(new CommitResult(false, null, 0));
        assertThat(storage().runs().steps(tenant(), new RunId("r1"), "", 10, Long.MAX_VALUE))
                .containsExactly(done, new StepRecord("done", PAYLOAD));
        assertThat(run("r1")).isEqualTo(before);
        commit(parks(before));
        refused(steps);
    }

    @Test
    void aTurnWithinAFenceIsKnownAgainWithItsStepsValuesAndMessages() {
        commit(parked("r1", agent()));
        RunLease lease = new RunLease(tenant(), new RunId("r1"), 1);
        Commit turn = riders(Commit.in(tenant()).session(says(SESSION, "r1", 1)).within(lease))
                .build();

        assertThat(storage().commit(turn)).isEqualTo(new CommitResult(false, turn("r1", 1), 0));
        assertThat(storage().commit(turn)).isEqualTo(new CommitResult(true, turn("r1", 1), 0));
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void aRepeatedCommitWritesNothingAndGivesTheFirstResult() {
        commit(parked("r1", agent()));
        Commit whole = whole(1, run("r1"));
        CommitResult first = storage().commit(whole);
        RunRecord run = run("r1");
        StoredValue receipt = storage().values().get(tenant(), "receipt").orElseThrow();
        CommitResult again = storage().commit(whole);

        assertThat(again).isEqualTo(new CommitResult(true, first.turn(), first.fence()));
        assertThat(turns()).hasSize(1);
        assertThat(run("r1")).isEqualTo(run);
        assertThat(storage().values().get(tenant(), "receipt")).contains(receipt);
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void aRepeatedCommitIsKnownAgainAfterOthersHaveFollowed() {
        Commit first = riders(Commit.in(tenant())
                        .session(says(SESSION, "r1", 1))
                        .start(ended("r1", agent(), RunState.COMPLETED, null)))
                .build();
        storage().commit(first);
        commit(says(SESSION, "r2", 2));
        commit(says(SESSION, "r3", 3));

        assertThat(storage().commit(first)).isEqualTo(new CommitResult(true, turn("r1", 1), 1));
        assertThat(turns()).hasSize(3);
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void aRepeatedCommitIsKnownByItsRunWhenItsTurnIsNoLongerKept() {
        commit(parked("r1", agent()));
        Commit first = riders(Commit.in(tenant()).session(keepsOne("r1", 1)).run(completes(run("r1"))))
                .build();
        CommitResult result = storage().commit(first);
        commit(keepsOne("r2", 2));
        commit(keepsOne("r3", 3));
        RunRecord run = run("r1");
        assertThat(turns()).as("the turns that are kept").doesNotContain(turn("r1", 1));

        assertThat(storage().commit(first)).isEqualTo(new CommitResult(true, result.turn(), result.fence()));
        assertThat(run("r1")).isEqualTo(run);
        assertThat(waiting()).hasSize(1);
    }

    private static SessionChange keepsOne(String run, long version) {
        return new SessionChange(SESSION, turn(run, version), Map.of(), 1);
    }

    @Test
    void asManyValuesStepsEventsAndMessagesRideAlongAsACommitMayHave() {
        Commit.Builder commit = Commit.in(tenant())
                .session(says(SESSION, "r1", 1))
                .start(ended("r1", agent(), RunState.COMPLETED, null));
        for (int i = 0; i < 15; i++) {
            commit.value(ValueChange.insert("v" + i, PAYLOAD, null)).step(new StepRecord("s" + i, PAYLOAD));
            commit.event(new StoredEvent(i + 1, PAYLOAD));
        }
        for (int i = 0; i < Commit.MAX_RIDERS - 45; i++) {
            commit.message(new OutboxMessage("topic", "key", payload("m" + i)));
        }
        storage().commit(commit.build());

        assertThat(storage().values().list(tenant(), "", "", 100, Long.MAX_VALUE))
                .hasSize(15);
        assertThat(waiting()).hasSize(Commit.MAX_RIDERS - 45);
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "s14")).isPresent();
        assertThat(events()).hasSize(15);
    }

    /** A commit of all that a commit can have, for the run r1 as it is known. */
    private Commit whole(long version, RunRecord run) {
        return riders(Commit.in(tenant())
                        .session(says(SESSION, "r1", version, Map.of("topic", PAYLOAD)))
                        .run(completes(run)))
                .event(EVENT)
                .build();
    }

    private static Commit.Builder riders(Commit.Builder commit) {
        return commit.step(new StepRecord("fetch", PAYLOAD))
                .value(ValueChange.insert("receipt", PAYLOAD, null))
                .value(ValueChange.insert("second", PAYLOAD, null))
                .message(new OutboxMessage("runs", "r1", PAYLOAD));
    }

    private void refused(Commit commit) {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage().commit(commit));
    }

    private void nothingIsThere(long fence) {
        assertThat(head()).as("the session").isEmpty();
        assertThat(turns()).as("turns").isEmpty();
        assertThat(run("r1").head().fence()).as("the run's fence").isEqualTo(fence);
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "fetch"))
                .as("the step")
                .isEmpty();
        assertThat(storage().values().get(tenant(), "receipt"))
                .as("the first value")
                .isEmpty();
        assertThat(storage().values().get(tenant(), "second"))
                .as("the second value")
                .isEmpty();
        assertThat(events()).as("events").isEmpty();
        assertThat(waiting()).as("messages").isEmpty();
    }

    private List<StoredEvent> events() {
        return storage().runs().events(tenant(), new RunId("r1"), 0, 100, Long.MAX_VALUE);
    }
}
