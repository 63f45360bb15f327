package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.changes;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.start;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.junit.jupiter.api.Test;

/** A run that is due is given to one worker; when his lease is over it is given to another, and the first is fenced off. */
abstract class ClaimKit extends Theme {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void aRunThatIsDueIsTakenOnce() {
        commit(queued("r1", agent()));
        RunHead before = run("r1").head();
        List<RunRecord> taken = claim("me", LONG);

        assertThat(taken).containsExactly(run("r1"));
        RunHead head = taken.get(0).head();
        assertThat(head)
                .extracting(RunHead::state, RunHead::fence, RunHead::attempt, RunHead::activation, RunHead::holder)
                .containsExactly(RunState.WORKING, 2L, 1, 1, "me");
        assertThat(head.due()).isNotNull().isAfter(before.created());
        assertThat(head.created()).isEqualTo(before.created());
        assertThat(taken.get(0).input()).isEqualTo(payload("asked of r1"));
        assertThat(claim("other", LONG)).isEmpty();
        assertThat(claim("me", LONG)).isEmpty();
        assertThat(storage().runs().list(tenant(), RunState.WORKING, null, 10)).containsExactly(head);
        assertThat(storage().runs().list(tenant(), RunState.SUBMITTED, null, 10))
                .isEmpty();
    }

    @Test
    void onlyRunsOfTheAgentsThatWereNamedAreTaken() {
        commit(queued("r1", agent()));
        commit(queued("r2", agent() + "-2"));
        commit(queued("r3", agent() + "-3"));

        assertThat(storage().runs().claim("me", List.of(), LONG, 10)).isEmpty();
        assertThat(storage().runs().claim("me", List.of(agent() + "-2", agent() + "-4"), LONG, 10))
                .extracting(run -> run.head().id().value())
                .containsExactly("r2");
        assertThat(storage().runs().claim("me", List.of(agent(), agent() + "-3"), LONG, 10))
                .extracting(run -> run.head().id().value())
                .containsExactlyInAnyOrder("r1", "r3");
    }

    @Test
    void runsOfAllTenantsAreTaken() {
        commit(queued("r1", agent()));
        storage().commit(Commit.in(neighbour()).start(queued("r1", agent())).build());

        assertThat(claim("me", LONG))
                .extracting(run -> run.head().tenant())
                .containsExactlyInAnyOrder(tenant(), neighbour());
    }

    @Test
    void whatWaitsForSomebodyOutsideOrHasEndedIsNotTaken() {
        commit(parked("r1", agent()));
        commit(ended("r2", agent(), RunState.COMPLETED, null));
        commit(working("r3", agent(), "other", LONG));
        commit(queued("r4", agent()));
        commit(completes(run("r4")));

        assertThat(claim("me", LONG)).isEmpty();
    }

    @Test
    void aTimerIsDueWhenItsMomentHasCome() {
        Instant now = run(queuedThenGiveId()).head().created();
        claim("me", LONG);
        commit(start("past", agent(), RunState.SUBMITTED, null, Due.at(now.minusSeconds(60)), null));
        commit(start("soon", agent(), RunState.SUBMITTED, null, Due.at(now.plusMillis(700)), null));
        commit(start("wait", agent(), RunState.INPUT_REQUIRED, null, Due.after(SHORT), null));
        commit(start("later", agent(), RunState.SUBMITTED, null, Due.at(now.plus(LONG)), null));
        commit(start("much-later", agent(), RunState.SUBMITTED, null, Due.after(LONG), null));

        assertThat(takenEventually(3)).containsExactlyInAnyOrder("past", "soon", "wait");
        assertThat(run("soon").head().state()).isEqualTo(RunState.WORKING);
        assertThat(run("wait").head().state())
                .as("only SUBMITTED becomes WORKING")
                .isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(claim("me", LONG)).isEmpty();
    }

    private String queuedThenGiveId() {
        commit(queued("now", agent()));
        return "now";
    }

    @Test
    void aLeaseThatIsOverIsTakenByAnotherAndTheFirstIsFencedOff() {
        commit(queued("r1", agent()));
        RunRecord mine = claim("me", SHORT).get(0);
        eventually().until(() -> !claim("other", LONG).isEmpty());
        RunRecord stolen = run("r1");
        RunLease lost = lease(mine);

        assertThat(stolen.head())
                .extracting(RunHead::fence, RunHead::attempt, RunHead::holder)
                .containsExactly(3L, 2, "other");
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> commit(completes(mine)));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage()
                        .commit(Commit.in(tenant())
                                .within(lost)
                                .step(new StepRecord("late", null))
                                .build()));
        assertThat(storage().runs().renew(List.of(lost), LONG)).containsExactly(lost);
        assertThat(run("r1")).isEqualTo(stolen);
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "late")).isEmpty();
        assertThat(commit(completes(stolen)).fence()).isEqualTo(4);
    }

    @Test
    void aRenewedLeaseIsNotTaken() {
        commit(queued("kept", agent()));
        commit(queued("let-go", agent()));
        List<RunRecord> taken = claim("me", SHORT);
        assertThat(taken).hasSize(2);
        RunRecord kept = run("kept");

        assertThat(storage().runs().renew(List.of(lease(kept)), LONG)).isEmpty();
        assertThat(run("kept").head().due()).isAfter(kept.head().due());
        assertThat(run("kept").head().fence()).isEqualTo(kept.head().fence());
        assertThat(run("kept").head().changed()).isEqualTo(kept.head().changed());
        assertThat(takenEventually(1)).containsExactly("let-go");
    }

    @Test
    void whatWasLostIsToldByARenewal() {
        for (String id : List.of("mine", "changed", "ended")) {
            commit(queued(id, agent()));
        }
        List<RunLease> held = new ArrayList<>();
        claim("me", LONG).forEach(run -> held.add(lease(run)));
        assertThat(held).hasSize(3);
        commit(changes(run("changed"), RunState.WORKING, Due.after(LONG)));
        commit(completes(run("ended")));
        held.add(new RunLease(tenant(), new RunId("never"), 1));
        held.add(new RunLease(neighbour(), new RunId("mine"), 2));

        assertThat(storage().runs().renew(List.of(), LONG)).isEmpty();
        assertThat(storage().runs().renew(held, LONG))
                .extracting(lease -> lease.tenant() + " " + lease.id())
                .containsExactlyInAnyOrder(
                        tenant() + " changed", tenant() + " ended", tenant() + " never", neighbour() + " mine");
        assertThat(run("ended").head().due()).isNull();
    }

    @Test
    void aRunThatNobodyHoldsHasNoLeaseToRenew() {
        commit(parked("parked", agent()));
        commit(start("timer", agent(), RunState.SUBMITTED, null, Due.after(LONG), null));
        commit(queued("queued", agent()));
        List<RunRecord> before = List.of(run("parked"), run("timer"), run("queued"));
        List<RunLease> believed = before.stream().map(ClaimKit::lease).toList();

        assertThat(storage().runs().renew(believed, LONG)).containsExactlyInAnyOrderElementsOf(believed);
        assertThat(List.of(run("parked"), run("timer"), run("queued"))).isEqualTo(before);
        assertThat(claim("me", LONG)).hasSize(1);
    }

    @Test
    void aRunThatIsHandedBackIsTakenByTheNext() {
        commit(queued("r1", agent()));
        RunRecord mine = claim("me", LONG).get(0);
        commit(changes(mine, RunState.SUBMITTED, Due.now()));

        assertThat(run("r1").head().holder()).isNull();
        assertThat(claim("other", LONG))
                .singleElement()
                .satisfies(run -> assertThat(run.head())
                        .extracting(RunHead::fence, RunHead::attempt, RunHead::holder)
                        .containsExactly(4L, 1, "other"));
    }

    @Test
    void attemptsAreCountedUntilTheRunChanges() {
        commit(queued("r1", agent()));
        for (int attempt = 1; attempt <= 3; attempt++) {
            List<RunRecord> taken = new ArrayList<>();
            eventually().until(() -> taken.addAll(claim("me", SHORT)));
            assertThat(taken.get(0).head().attempt()).isEqualTo(attempt);
        }
        commit(changes(run("r1"), RunState.SUBMITTED, Due.now()));
        assertThat(run("r1").head().attempt()).isZero();
    }

    @Test
    void noMoreAreTakenThanAskedForAndNoneIsForgotten() {
        for (int i = 0; i < 5; i++) {
            commit(queued("r" + i, agent()));
        }
        List<String> taken = new ArrayList<>();
        eventually().until(() -> {
            List<RunRecord> some = storage().runs().claim("me", List.of(agent()), LONG, 2);
            assertThat(some.size()).isLessThanOrEqualTo(2);
            some.forEach(run -> taken.add(run.head().id().value()));
            return taken.size() >= 5;
        });
        assertThat(taken).containsExactlyInAnyOrder("r0", "r1", "r2", "r3", "r4");
        for (int limit : new int[] {0, 101}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().runs().claim("me", List.of(agent()), LONG, limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void whatNobodyTakesForLongIsFoundAndLeftAsItIs() {
        commit(queued("queued", agent()));
        commit(working("lost", agent(), "gone", SHORT));
        commit(start("asked", agent() + "-2", RunState.INPUT_REQUIRED, null, Due.after(SHORT), null));
        commit(working("held", agent(), "me", LONG));
        commit(start("timer", agent(), RunState.SUBMITTED, null, Due.after(LONG), null));
        commit(parked("parked", agent()));
        commit(ended("ended", agent(), RunState.COMPLETED, null));
        commit(queued("ended-too", agent()));
        commit(completes(run("ended-too")));
        List<RunHead> before =
                Stream.of("queued", "lost", "asked").map(run -> run(run).head()).toList();

        eventually().untilAsserted(() -> assertThat(overdue(SHORT)).containsExactlyInAnyOrderElementsOf(before));
        assertThat(overdue(LONG)).isEmpty();
        assertThat(before)
                .allSatisfy(head -> assertThat(run(head.id().value()).head()).isEqualTo(head));
        assertThat(takenEventually(2)).containsExactlyInAnyOrder("queued", "lost");
        assertThat(overdue(SHORT)).extracting(head -> head.id().value()).containsExactly("asked");
        for (int limit : new int[] {0, 101}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().runs().overdue(LONG, List.of(), limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void aBacklogOfSomeAgentsHidesNoneOfOthersFromWhoDoesNotWantIt() {
        for (int i = 0; i < 120; i++) {
            commit(queued("here-" + i, agent()));
        }
        commit(queued("gone", agent() + "-gone"));
        commit(working("lost", agent() + "-gone", "died", SHORT));
        List<String> here = List.of(agent(), agent() + "-idle");
        eventually()
                .untilAsserted(() -> assertThat(overdue(SHORT, here))
                        .extracting(head -> head.id().value())
                        .containsExactlyInAnyOrder("gone", "lost"));
        assertThat(overdue(SHORT, List.of(agent(), agent() + "-gone"))).isEmpty();
    }

    @Test
    void theStoreTellsHowLongARunIsSomebodys() {
        commit(queued("queued", agent()));
        commit(working("held", agent(), "me", LONG));
        commit(parked("parked", agent()));
        commit(ended("ended", agent(), RunState.COMPLETED, null));

        assertThat(storage().runs().remaining(tenant(), new RunId("held")))
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(LONG.plusMillis(1)));
        assertThat(Stream.of("queued", "parked", "ended", "absent"))
                .allSatisfy(run -> assertThat(storage().runs().remaining(tenant(), new RunId(run)))
                        .as(run)
                        .isEmpty());
        assertThat(storage().runs().remaining(neighbour(), new RunId("held"))).isEmpty();
        storage().runs().renew(List.of(new RunLease(tenant(), new RunId("held"), 1)), SHORT);
        assertThat(storage().runs().remaining(tenant(), new RunId("held")).orElse(SHORT))
                .as("to the millisecond that a store may count by")
                .isLessThanOrEqualTo(SHORT.plusMillis(1));
    }

    private List<RunHead> overdue(Duration time) {
        return overdue(time, List.of());
    }

    /** Those of this test; what others have left is deleted as far as it stands before them. */
    private List<RunHead> overdue(Duration time, List<String> except) {
        while (true) {
            List<RunHead> page = storage().runs().overdue(time, except, 100);
            List<RunHead> others =
                    page.stream().filter(run -> !run.tenant().equals(tenant())).toList();
            if (others.isEmpty() || page.size() < 100) {
                return page.stream()
                        .filter(run -> run.tenant().equals(tenant()))
                        .toList();
            }
            others.forEach(run -> storage().runs().delete(run.tenant(), run.id()));
        }
    }

    private List<String> takenEventually(int count) {
        List<String> taken = new ArrayList<>();
        eventually().until(() -> {
            claim("me", LONG).forEach(run -> taken.add(run.head().id().value()));
            return taken.size() >= count;
        });
        return taken;
    }

    private List<RunRecord> claim(String holder, Duration lease) {
        return storage().runs().claim(holder, List.of(agent()), lease, 100);
    }

    private static RunLease lease(RunRecord run) {
        return new RunLease(run.head().tenant(), run.head().id(), run.head().fence());
    }
}
