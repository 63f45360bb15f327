package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.changes;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** Many threads at once: nothing is lost, nothing is done twice, and of those who want the same one gets it. */
abstract class ContentionKit extends Theme {
    @Test
    void fiftyThreadsOnOneSessionLoseNothing() throws Exception {
        int threads = 50;
        int each = Math.max(1, store().commits() / 5 / threads);
        Set<String> made = Collections.synchronizedSet(new HashSet<>());
        try (Crowd crowd = new Crowd()) {
            for (int thread = 0; thread < threads; thread++) {
                String name = "t" + thread + "-";
                crowd.add(() -> {
                    for (int i = 0; i < each; i++) {
                        append(name + i);
                        made.add(name + i + "/1");
                    }
                });
            }
        }

        assertThat(made).hasSize(threads * each);
        List<StoredTurn> turns = turns();
        assertThat(turns).extracting(StoredTurn::id).containsExactlyInAnyOrderElementsOf(made);
        assertThat(turns)
                .extracting(StoredTurn::version)
                .isSorted()
                .doesNotHaveDuplicates()
                .endsWith((long) threads * each);
        assertThat(head().orElseThrow().version()).isEqualTo((long) threads * each);
    }

    /** Reads and commits until nobody was faster. Who lost waits a little, as the orchestrator does. */
    private void append(String run) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            long version = head().map(SessionHead::version).orElse(0L);
            try {
                commit(says(SESSION, run, version + 1));
                return;
            } catch (ConflictException lost) {
                Thread.sleep(ThreadLocalRandom.current().nextInt(Math.min(attempt, 20) * 5));
            }
        }
    }

    @Test
    void ofCommitsThatRaceForOneVersionOneIsMadeAndTheOthersLeaveNothing() throws Exception {
        AtomicInteger made = new AtomicInteger();
        for (int round = 1; round <= 10; round++) {
            long version = round;
            try (Crowd crowd = new Crowd()) {
                for (int racer = 0; racer < 8; racer++) {
                    String run = "r" + round + "-" + racer;
                    crowd.add(() -> wins(
                            Commit.in(tenant())
                                    .session(says(SESSION, run, version))
                                    .start(parked(run, agent()))
                                    .value(ValueChange.insert(run, payload("x"), null))
                                    .message(new OutboxMessage("t", "k", payload(run)))
                                    .build(),
                            made));
                }
            }
        }

        assertThat(made).hasValue(10);
        assertThat(turns()).hasSize(10);
        assertThat(storage().runs().list(tenant(), null, null, 100)).hasSize(10);
        assertThat(storage().values().list(tenant(), "", "", 100, Long.MAX_VALUE))
                .hasSize(10);
        assertThat(waiting()).hasSize(10);
    }

    private void wins(Commit commit, AtomicInteger made) {
        try {
            storage().commit(commit);
            made.incrementAndGet();
        } catch (ConflictException lost) {
            // Somebody else was faster.
        }
    }

    @Test
    void aCommitThatIsSentManyTimesAtOnceIsMadeOnce() throws Exception {
        for (int round = 1; round <= 10; round++) {
            Commit commit = Commit.in(tenant())
                    .session(says(SESSION, "r" + round, round))
                    .start(parked("r" + round, agent()))
                    .value(ValueChange.insert("v" + round, payload("x"), null))
                    .message(new OutboxMessage("t", "k", payload("x")))
                    .build();
            List<CommitResult> results = Collections.synchronizedList(new ArrayList<>());
            try (Crowd crowd = new Crowd()) {
                for (int i = 0; i < 8; i++) {
                    crowd.add(() -> results.add(storage().commit(commit)));
                }
            }
            assertThat(results)
                    .hasSize(8)
                    .filteredOn(result -> !result.repeated())
                    .hasSize(1);
            assertThat(results).extracting(CommitResult::fence).containsOnly(1L);
            assertThat(waiting()).hasSize(round);
        }
        assertThat(turns()).hasSize(10);
    }

    @Test
    void ofAnEndAndACancellationOneWins() throws Exception {
        for (int round = 1; round <= 10; round++) {
            commit(parked("r" + round, agent()));
            RunRecord run = run("r" + round);
            AtomicInteger made = new AtomicInteger();
            try (Crowd crowd = new Crowd()) {
                for (RunState end : List.of(RunState.COMPLETED, RunState.CANCELED, RunState.FAILED)) {
                    crowd.add(() -> wins(
                            Commit.in(tenant())
                                    .run(changes(run, end, Due.never()))
                                    .build(),
                            made));
                }
            }
            assertThat(made).hasValue(1);
            assertThat(run("r" + round).head().fence()).isEqualTo(2);
        }
    }

    @Test
    void noTwoWorkersGetOneRun() throws Exception {
        int runs = Math.max(20, store().commits() / 5);
        for (int i = 0; i < runs; i++) {
            commit(queued("r" + i, agent()));
        }
        List<String> taken = Collections.synchronizedList(new ArrayList<>());
        try (Crowd crowd = new Crowd()) {
            for (int worker = 0; worker < 8; worker++) {
                String holder = "worker-" + worker;
                crowd.add(() -> eventually().until(() -> {
                    storage().runs().claim(holder, List.of(agent()), LONG, 3).forEach(run -> {
                        assertThat(run.head().holder()).isEqualTo(holder);
                        taken.add(run.head().id().value());
                    });
                    return taken.size() >= runs;
                }));
            }
        }

        assertThat(taken).hasSize(runs).doesNotHaveDuplicates();
        assertThat(storage().runs().list(tenant(), RunState.WORKING, null, 1000))
                .hasSize(runs)
                .allMatch(head -> head.fence() == 2 && head.attempt() == 1);
    }

    @Test
    void countersAreExact() throws Exception {
        int threads = 8;
        int each = Math.max(5, store().commits() / threads);
        try (Crowd crowd = new Crowd()) {
            for (int thread = 0; thread < threads; thread++) {
                crowd.add(() -> {
                    for (int i = 0; i < each; i++) {
                        storage().values().add(tenant(), "count", 3, LONG);
                    }
                });
            }
        }

        assertThat(storage().values().add(tenant(), "count", 0, null)).isEqualTo(3L * threads * each);
    }

    @Test
    void ofChangesThatRaceForOneVersionOneIsMade() throws Exception {
        int threads = 8;
        int each = Math.max(3, store().commits() / 50);
        storage().values().compareAndSet(tenant(), ValueChange.insert("n", payload("0"), null));
        try (Crowd crowd = new Crowd()) {
            for (int thread = 0; thread < threads; thread++) {
                crowd.add(() -> {
                    for (int i = 0; i < each; i++) {
                        while (!oneMore()) {
                            Thread.onSpinWait();
                        }
                    }
                });
            }
        }

        assertThat(storage().values().get(tenant(), "n").map(StoredValue::value))
                .contains(payload(Integer.toString(threads * each)));
    }

    private boolean oneMore() {
        StoredValue seen = storage().values().get(tenant(), "n").orElseThrow();
        String next = Integer.toString(Integer.parseInt(text(seen.value())) + 1);
        return storage()
                .values()
                .compareAndSet(tenant(), ValueChange.update("n", seen.version(), payload(next), null))
                .isPresent();
    }

    @Test
    void whoSeesAPartOfACommitSeesTheRestToo() throws Exception {
        int commits = Math.max(20, store().commits() / 5);
        AtomicBoolean done = new AtomicBoolean();
        try (Crowd crowd = new Crowd()) {
            crowd.add(() -> {
                try {
                    for (int i = 1; i <= commits; i++) {
                        storage()
                                .commit(Commit.in(tenant())
                                        .session(says(SESSION, "r" + i, i, Map.of("last", payload("" + i))))
                                        .start(parked("r" + i, agent()))
                                        .value(ValueChange.insert("v" + i, payload("x"), null))
                                        .build());
                    }
                } finally {
                    done.set(true);
                }
            });
            crowd.add(() -> {
                while (!done.get()) {
                    SessionHead head = head().orElse(new SessionHead(SESSION, 0, 1, Fixtures.NOON, Map.of()));
                    if (head.version() > 0) {
                        assertThat(head.state()).isEqualTo(Map.of("last", payload("" + head.version())));
                        assertThat(turns().size()).isGreaterThanOrEqualTo((int) head.version());
                        run("r" + head.version());
                        assertThat(storage().values().get(tenant(), "v" + head.version()))
                                .isPresent();
                    }
                }
            });
        }
    }

    @Test
    void sessionsDoNotStandInEachOthersWay() throws Exception {
        int threads = 8;
        int each = Math.max(5, store().commits() / 10 / threads);
        try (Crowd crowd = new Crowd()) {
            for (int thread = 0; thread < threads; thread++) {
                SessionId session = new SessionId("s" + thread);
                crowd.add(() -> {
                    for (int i = 1; i <= each; i++) {
                        commit(says(session, "r" + i, i));
                    }
                });
            }
        }

        assertThat(storage().sessions().list(tenant(), null, 100))
                .hasSize(threads)
                .allMatch(head -> head.version() == each);
    }
}
