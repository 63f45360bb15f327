package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request that is lost, or whose answer is, at whatever point: what it asked for is done once. */
abstract class LostRequestsKit extends FaultTheme {
    private static final int MAX_REQUESTS = 60;
    private static final Duration BRIEF = Duration.ofSeconds(1);

    @Test
    void aCommitWhoseResponseIsLostAtAnyPointIsMadeOnceWhenItIsSentAgain() {
        entriesWithFaults(proxy()::loseResponse);
    }

    @Test
    void aCommitWhoseConnectionIsResetAtAnyPointIsMadeOnceWhenItIsSentAgain() {
        entriesWithFaults(proxy()::resetBefore);
    }

    /** Entry after entry, with a fault at the first request, the second, and so on until an entry has no more requests. */
    private void entriesWithFaults(IntConsumer fault) {
        sentUntilMade(ledger().entry("w", 1));
        int last = 1;
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            fault.accept(request);
            Commit entry = ledger().entry("w", ++last);
            boolean made = sent(entry);
            tripped = proxy().tripped();
            proxy().forward();
            if (!made) {
                sentUntilMade(entry);
            }
            recovered().until(() -> distant().commit(entry).repeated());
        }
        assertThat(last).as("entries until no request was left").isGreaterThan(2);
        verify(Map.of("w", last));
    }

    /** What happens to one request. */
    enum Breach {
        /** It is done, and nobody hears of it. */
        LOST_RESPONSE,
        /** It is not done, and nobody knows. */
        RESET
    }

    /** What became of something during which a request met a fault: its answer, unless it failed. */
    private record Attempt<T>(boolean tripped, Optional<T> answer) {}

    private <T> Attempt<T> attempt(Breach breach, int request, Supplier<T> work) {
        if (breach == Breach.RESET) {
            proxy().resetBefore(request);
        } else {
            proxy().loseResponse(request);
        }
        Optional<T> answer;
        try {
            answer = Optional.of(work.get());
        } catch (UnavailableException unknown) {
            answer = Optional.empty();
        }
        boolean tripped = proxy().tripped();
        proxy().forward();
        return new Attempt<>(tripped, answer);
    }

    private <T> T answered(Supplier<T> work) {
        AtomicReference<T> answer = new AtomicReference<>();
        recovered().until(() -> {
            answer.set(work.get());
            return true;
        });
        return Objects.requireNonNull(answer.get());
    }

    @ParameterizedTest
    @EnumSource(Breach.class)
    void aRunWhoseClaimMeetsAFaultAtAnyPointIsGivenOnceWhenItsLeaseIsOver(Breach breach) {
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            String run = "r" + request;
            commit(queued(run, agent()));
            Attempt<List<RunRecord>> first =
                    attempt(breach, request, () -> distant().runs().claim("me", List.of(agent()), BRIEF, 10));
            tripped = first.tripped();
            List<RunRecord> given = new ArrayList<>(first.answer().orElse(List.of()));
            recovered().until(() -> {
                if (given.isEmpty()) {
                    given.addAll(distant().runs().claim("me", List.of(agent()), LONG, 10));
                }
                return !given.isEmpty();
            });
            RunRecord taken = given.get(0);
            RunLease lease =
                    new RunLease(tenant(), taken.head().id(), taken.head().fence());
            assertThat(answered(() -> distant().runs().renew(List.of(lease), LONG)))
                    .isEmpty();
            assertThat(given).hasSize(1);
            assertThat(taken.head().id().value()).isEqualTo(run);
            assertThat(run(run).head())
                    .extracting(RunHead::holder, RunHead::fence)
                    .containsExactly("me", lease.fence());
            assertThat(storage().runs().claim("other", List.of(agent()), LONG, 10))
                    .isEmpty();
            commit(completes(taken));
        }
        assertThat(tripped).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Breach.class)
    void whatIsChangedBesideCommitsIsChangedOnceWhateverPointAFaultIsAt(Breach breach) {
        commit(working("r1", agent(), "me", LONG));
        RunLease lease = new RunLease(tenant(), new RunId("r1"), 1);
        List<StoredEvent> events = new ArrayList<>();
        long least = 0;
        long most = 0;
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            Attempt<List<RunLease>> renewal =
                    attempt(breach, request, () -> distant().runs().renew(List.of(lease), LONG));
            assertThat(renewal.answer()
                            .orElseGet(() -> answered(() -> distant().runs().renew(List.of(lease), LONG))))
                    .isEmpty();

            events.add(new StoredEvent(request, payload("event " + request)));
            List<StoredEvent> one = events.subList(request - 1, request);
            Attempt<Boolean> retained =
                    attempt(breach, request, () -> distant().runs().retain(lease, one, 0));
            assertThat(retained.answer()
                            .orElseGet(() -> answered(() -> distant().runs().retain(lease, one, 0))))
                    .isTrue();

            ValueChange change = ValueChange.insert("k" + request, payload("v" + request), null);
            Attempt<OptionalLong> set =
                    attempt(breach, request, () -> distant().values().compareAndSet(tenant(), change));
            OptionalLong version = set.answer()
                    .orElseGet(() -> answered(() -> distant().values().compareAndSet(tenant(), change)));
            StoredValue value = storage().values().get(tenant(), change.key()).orElseThrow();
            assertThat(value.value()).isEqualTo(change.value());
            assertThat(version.orElse(value.version())).isEqualTo(value.version());

            Attempt<Long> added =
                    attempt(breach, request, () -> distant().values().add(tenant(), "count", 1, null));
            least += added.answer().isPresent() ? 1 : 0;
            most++;
            tripped = renewal.tripped() || retained.tripped() || set.tripped() || added.tripped();
        }
        assertThat(tripped).isFalse();
        assertThat(storage().runs().events(tenant(), lease.id(), 0, 1_000, Long.MAX_VALUE))
                .isEqualTo(events);
        assertThat(run("r1").head()).extracting(RunHead::holder, RunHead::fence).containsExactly("me", 1L);
        long known = least;
        long all = most;
        recovered()
                .untilAsserted(() -> assertThat(storage().values().add(tenant(), "count", 0, null))
                        .isBetween(known, all));
    }

    @ParameterizedTest
    @EnumSource(Breach.class)
    void whatIsDeletedIsGoneWhateverPointAFaultIsAt(Breach breach) {
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            commit(says(SESSION, "r" + request, 1));
            commit(parked("r" + request, agent()));
            RunId run = new RunId("r" + request);
            Attempt<Boolean> session =
                    attempt(breach, request, () -> distant().sessions().delete(tenant(), SESSION));
            if (session.answer().isEmpty()) {
                answered(() -> distant().sessions().delete(tenant(), SESSION));
            }
            Attempt<Boolean> stored =
                    attempt(breach, request, () -> distant().runs().delete(tenant(), run));
            if (stored.answer().isEmpty()) {
                answered(() -> distant().runs().delete(tenant(), run));
            }

            assertThat(head()).isEmpty();
            assertThat(turns()).isEmpty();
            assertThat(storage().runs().find(tenant(), run)).isEmpty();
            tripped = session.tripped() || stored.tripped();
        }
        assertThat(tripped).isFalse();
        assertThat(commit(says(SESSION, "anew", 1)).repeated()).isFalse();
    }
}
