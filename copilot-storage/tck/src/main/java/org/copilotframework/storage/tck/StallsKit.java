package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.payload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A server that says nothing for a time: who waits is told in time, and what comes late does no harm. */
abstract class StallsKit extends FaultTheme {
    private static final int MAX_REQUESTS = 60;
    /** Longer than the time that {@link NetworkFaultsKit#through} sets. */
    private static final Duration STALL = Duration.ofSeconds(5);

    /** Far beyond that time, for a busy machine; far below the driver's or the system's own, which must not be what ends a call. */
    private static final Duration IN_TIME = Duration.ofSeconds(15);

    /** Which are read when late responses may come. */
    private static final int LANDMARKS = 4;

    @Test
    void aCommitThatIsStalledOnItsWayIsGivenUpInTimeAndDoesNoHarmWhenItComesLate() throws Exception {
        entriesWithStalls(proxy()::stallBefore);
    }

    @Test
    void aCommitWhoseResponseIsStalledIsGivenUpInTimeAndTheLateResponseIsTakenForNoOther() throws Exception {
        entriesWithStalls(proxy()::stallAfter);
    }

    /** Entry after entry, with a stall at the first request, the second, and so on until an entry has no more requests. */
    private void entriesWithStalls(IntConsumer stall) throws Exception {
        sentUntilMade(ledger().entry("w", 1));
        for (int i = 0; i < LANDMARKS; i++) {
            storage().values().compareAndSet(tenant(), ValueChange.insert(landmark(i), payload(landmark(i)), null));
        }
        int last = 1;
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            stall.accept(request);
            Commit entry = ledger().entry("w", ++last);
            CompletableFuture<Optional<CopilotException>> answer =
                    CompletableFuture.supplyAsync(() -> Optional.ofNullable(refusal(entry)));
            eventually().until(() -> proxy().tripped() || answer.isDone());
            tripped = proxy().tripped();
            long since = System.nanoTime();
            Optional<CopilotException> told = answer.get(IN_TIME.toSeconds(), TimeUnit.SECONDS);
            if (tripped) {
                assertThat(told)
                        .as("told while all is silent still")
                        .hasValueSatisfying(error -> assertThat(error)
                                .isInstanceOf(UnavailableException.class)
                                .satisfies(FaultTheme::mayBeTriedAgain));
                // Once is enough: who waited for the answer would wait at the first request too.
                Duration silence = request == 1 ? STALL : Duration.ZERO;
                eventually().until(() -> System.nanoTime() - since >= silence.toNanos());
            }
            try (Crowd readers = new Crowd()) {
                readers.add(proxy()::forward);
                for (int i = 0; i < LANDMARKS; i++) {
                    String name = landmark(i);
                    readers.add(() -> readAgainAndAgain(name));
                }
            }
            recovered().until(() -> distant().commit(entry).repeated());
        }
        assertThat(last).as("entries until no request was left").isGreaterThan(2);
        verify(Map.of("w", last));
    }

    private static String landmark(int number) {
        return "landmark-" + number;
    }

    /** Each response is the one to this very question, also while late ones come. */
    private void readAgainAndAgain(String landmark) {
        AtomicInteger read = new AtomicInteger();
        recovered().until(() -> {
            assertThat(distant().values().get(tenant(), landmark))
                    .hasValueSatisfying(found -> assertThat(found.value()).isEqualTo(payload(landmark)));
            return read.incrementAndGet() >= 10;
        });
    }

    @Test
    void aServerThatFallsSilentIsUnavailableAndNobodyWaitsForEver() throws Exception {
        sentUntilMade(ledger().entry("w", 1));
        proxy().stall();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            Commit entry = ledger().entry("w", 2);
            for (Runnable call : List.<Runnable>of(
                    () -> distant().commit(entry),
                    () -> distant().sessions().head(tenant(), SESSION),
                    () -> distant().runs().claim("me", List.of(agent()), LONG, 1),
                    () -> distant().values().add(tenant(), "other", 1, null),
                    () -> distant().outbox().read(1, Long.MAX_VALUE))) {
                calls.add(CompletableFuture.runAsync(call, threads));
            }
            for (CompletableFuture<?> call : calls) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .withCauseInstanceOf(UnavailableException.class);
            }
            proxy().forward();
            sentUntilMade(entry);
            verify(Map.of("w", 2));
        } finally {
            threads.shutdownNow();
        }
    }
}
