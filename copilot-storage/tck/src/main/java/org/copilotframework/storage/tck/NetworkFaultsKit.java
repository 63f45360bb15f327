package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the network and the server do: who commits is told the truth or that it is not known, a commit that is sent again
 * is made once, and all is well as soon as the server is back. For stores that have a server.
 */
public abstract class NetworkFaultsKit extends Theme {
    private static final int WRITERS = 4;
    private static final int MAX_REQUESTS = 60;
    /** Longer than the time that {@link #through} sets. */
    private static final Duration STALL = Duration.ofSeconds(5);

    private static final Duration BRIEF = Duration.ofSeconds(1);
    /** Which are read when late responses may come. */
    private static final int LANDMARKS = 4;

    /**
     * A way in which the server refuses work because it has too much of it, or no room.
     *
     * @param name what happens
     * @param begins makes it refuse, by real means; connections may break
     * @param ends lets it work again
     * @param words what an error says, so that an operator knows what to do: the name of a setting
     */
    public record Throttling(String name, Means begins, Means ends, String words) {
        /** What is done to the server. */
        public interface Means {
            /**
             * Does it.
             *
             * @throws Exception if that fails, which fails the test
             */
            void take() throws Exception;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private FaultProxy proxy;
    private Storage distant;
    private Ledger ledger;
    /** Of this test. */
    private Queue<CopilotException> refusals;

    /** For subclasses. */
    protected NetworkFaultsKit() {}

    /**
     * The store's server.
     *
     * @return its address; asked for each connection, since it may be another one after {@link #startServer()}
     */
    protected abstract InetSocketAddress server();

    /**
     * The same store by way of a proxy. Its settings should make a call give up after about two seconds, so that the tests do
     * not take long.
     *
     * @param proxy where the proxy listens
     * @return the same store with another address in its URL
     */
    protected abstract StoreUnderTest through(InetSocketAddress proxy);

    /**
     * Stops the server as hard as the declared durability allows.
     *
     * @throws Exception if that fails, which fails the test
     */
    protected abstract void stopServer() throws Exception;

    /**
     * Starts the server again with what it had.
     *
     * @throws Exception if that fails, which fails the test
     */
    protected abstract void startServer() throws Exception;

    /**
     * How the server refuses work because it has too much of it.
     *
     * @return each way; at least one
     */
    protected abstract List<Throttling> throttlings();

    @BeforeEach
    void openByProxy() {
        proxy = new FaultProxy(this::server);
        distant = through(proxy.address()).open();
        ledger = new Ledger(tenant(), agent());
        refusals = new ConcurrentLinkedQueue<>();
    }

    @AfterEach
    void closeProxy() {
        proxy.forward();
        distant.close();
        proxy.close();
    }

    @Test
    void aCommitWhoseResponseIsLostAtAnyPointIsMadeOnceWhenItIsSentAgain() {
        entriesWithFaults(proxy::loseResponse);
    }

    @Test
    void aCommitWhoseConnectionIsResetAtAnyPointIsMadeOnceWhenItIsSentAgain() {
        entriesWithFaults(proxy::resetBefore);
    }

    /** Entry after entry, with a fault at the first request, the second, and so on until an entry has no more requests. */
    private void entriesWithFaults(IntConsumer fault) {
        sentUntilMade(ledger.entry("w", 1));
        int last = 1;
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            fault.accept(request);
            Commit entry = ledger.entry("w", ++last);
            boolean made = sent(entry);
            tripped = proxy.tripped();
            proxy.forward();
            if (!made) {
                sentUntilMade(entry);
            }
            recovered().until(() -> distant.commit(entry).repeated());
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
            proxy.resetBefore(request);
        } else {
            proxy.loseResponse(request);
        }
        Optional<T> answer;
        try {
            answer = Optional.of(work.get());
        } catch (UnavailableException unknown) {
            answer = Optional.empty();
        }
        boolean tripped = proxy.tripped();
        proxy.forward();
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
                    attempt(breach, request, () -> distant.runs().claim("me", List.of(agent()), BRIEF, 10));
            tripped = first.tripped();
            List<RunRecord> given = new ArrayList<>(first.answer().orElse(List.of()));
            recovered().until(() -> {
                if (given.isEmpty()) {
                    given.addAll(distant.runs().claim("me", List.of(agent()), LONG, 10));
                }
                return !given.isEmpty();
            });
            RunRecord taken = given.get(0);
            RunLease lease =
                    new RunLease(tenant(), taken.head().id(), taken.head().fence());
            assertThat(answered(() -> distant.runs().renew(List.of(lease), LONG)))
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
                    attempt(breach, request, () -> distant.runs().renew(List.of(lease), LONG));
            assertThat(renewal.answer()
                            .orElseGet(() -> answered(() -> distant.runs().renew(List.of(lease), LONG))))
                    .isEmpty();

            events.add(new StoredEvent(request, payload("event " + request)));
            List<StoredEvent> one = events.subList(request - 1, request);
            Attempt<Boolean> retained =
                    attempt(breach, request, () -> distant.runs().retain(lease, one, 0));
            assertThat(retained.answer()
                            .orElseGet(() -> answered(() -> distant.runs().retain(lease, one, 0))))
                    .isTrue();

            ValueChange change = ValueChange.insert("k" + request, payload("v" + request), null);
            Attempt<OptionalLong> set =
                    attempt(breach, request, () -> distant.values().compareAndSet(tenant(), change));
            OptionalLong version =
                    set.answer().orElseGet(() -> answered(() -> distant.values().compareAndSet(tenant(), change)));
            StoredValue value = storage().values().get(tenant(), change.key()).orElseThrow();
            assertThat(value.value()).isEqualTo(change.value());
            assertThat(version.orElse(value.version())).isEqualTo(value.version());

            Attempt<Long> added =
                    attempt(breach, request, () -> distant.values().add(tenant(), "count", 1, null));
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
                    attempt(breach, request, () -> distant.sessions().delete(tenant(), SESSION));
            if (session.answer().isEmpty()) {
                answered(() -> distant.sessions().delete(tenant(), SESSION));
            }
            Attempt<Boolean> stored =
                    attempt(breach, request, () -> distant.runs().delete(tenant(), run));
            if (stored.answer().isEmpty()) {
                answered(() -> distant.runs().delete(tenant(), run));
            }

            assertThat(head()).isEmpty();
            assertThat(turns()).isEmpty();
            assertThat(storage().runs().find(tenant(), run)).isEmpty();
            tripped = session.tripped() || stored.tripped();
        }
        assertThat(tripped).isFalse();
        assertThat(commit(says(SESSION, "anew", 1)).repeated()).isFalse();
    }

    @Test
    void aCommitThatIsStalledOnItsWayIsGivenUpInTimeAndDoesNoHarmWhenItComesLate() throws Exception {
        entriesWithStalls(proxy::stallBefore);
    }

    @Test
    void aCommitWhoseResponseIsStalledIsGivenUpInTimeAndTheLateResponseIsTakenForNoOther() throws Exception {
        entriesWithStalls(proxy::stallAfter);
    }

    /** Entry after entry, with a stall at the first request, the second, and so on until an entry has no more requests. */
    private void entriesWithStalls(IntConsumer stall) throws Exception {
        sentUntilMade(ledger.entry("w", 1));
        for (int i = 0; i < LANDMARKS; i++) {
            storage().values().compareAndSet(tenant(), ValueChange.insert(landmark(i), payload(landmark(i)), null));
        }
        int last = 1;
        boolean tripped = true;
        for (int request = 1; tripped && request <= MAX_REQUESTS; request++) {
            stall.accept(request);
            Commit entry = ledger.entry("w", ++last);
            CompletableFuture<Optional<CopilotException>> answer =
                    CompletableFuture.supplyAsync(() -> Optional.ofNullable(refusal(entry)));
            eventually().until(() -> proxy.tripped() || answer.isDone());
            tripped = proxy.tripped();
            long since = System.nanoTime();
            Optional<CopilotException> told = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (tripped) {
                assertThat(told)
                        .as("told while all is silent still")
                        .hasValueSatisfying(error -> assertThat(error)
                                .isInstanceOf(UnavailableException.class)
                                .satisfies(NetworkFaultsKit::mayBeTriedAgain));
                eventually().until(() -> System.nanoTime() - since >= STALL.toNanos());
            }
            try (Crowd readers = new Crowd()) {
                readers.add(proxy::forward);
                for (int i = 0; i < LANDMARKS; i++) {
                    String name = landmark(i);
                    readers.add(() -> readAgainAndAgain(name));
                }
            }
            recovered().until(() -> distant.commit(entry).repeated());
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
            assertThat(distant.values().get(tenant(), landmark))
                    .hasValueSatisfying(found -> assertThat(found.value()).isEqualTo(payload(landmark)));
            return read.incrementAndGet() >= 10;
        });
    }

    @Test
    void aServerThatFallsSilentIsUnavailableAndNobodyWaitsForEver() throws Exception {
        sentUntilMade(ledger.entry("w", 1));
        proxy.stall();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            Commit entry = ledger.entry("w", 2);
            for (Runnable call : List.<Runnable>of(
                    () -> distant.commit(entry),
                    () -> distant.sessions().head(tenant(), SESSION),
                    () -> distant.runs().claim("me", List.of(agent()), LONG, 1),
                    () -> distant.values().add(tenant(), "other", 1, null),
                    () -> distant.outbox().read(1, Long.MAX_VALUE))) {
                calls.add(CompletableFuture.runAsync(call, threads));
            }
            for (CompletableFuture<?> call : calls) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .withCauseInstanceOf(UnavailableException.class);
            }
            proxy.forward();
            sentUntilMade(entry);
            verify(Map.of("w", 2));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aServerThatRefusesIsUnavailableUntilItIsBack() {
        sentUntilMade(ledger.entry("w", 1));
        proxy.refuse();
        Commit entry = ledger.entry("w", 2);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> distant.commit(entry))
                    .satisfies(error -> assertThat(error.retryAfter()).isPresent());
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> distant.sessions().head(tenant(), SESSION));
        }
        proxy.forward();
        sentUntilMade(entry);
        verify(Map.of("w", 2));
    }

    @Test
    void aStoreIsNotOpenedWhereNobodyListens() {
        proxy.refuse();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> {
            try (Storage never = through(proxy.address()).open()) {
                never.check();
            }
        });
    }

    @Test
    void nothingIsLostOrDoubledWhenConnectionsAreResetUnderLoad() throws Exception {
        underLoad(entries -> {
            for (int i = 0; i < 10; i++) {
                proxy.reset();
                int before = entries.get();
                eventually().until(() -> entries.get() > before);
            }
        });
    }

    @Test
    void nothingIsLostOrDoubledWhenTheServerIsStoppedAndStartedUnderLoad() throws Exception {
        underLoad(entries -> {
            stopServer();
            startServer();
        });
    }

    @ParameterizedTest
    @MethodSource("throttlings")
    void aServerThatHasTooMuchToDoIsToldAsSuchAndNothingIsLost(Throttling throttling) throws Exception {
        Queue<CopilotException> told = refusals;
        underLoad(entries -> {
            told.clear();
            throttling.begins().take();
            try {
                proxy.reset();
                eventually()
                        .until(() -> told.stream()
                                .anyMatch(error ->
                                        String.valueOf(error.getMessage()).contains(throttling.words())));
            } finally {
                throttling.ends().take();
                proxy.reset();
            }
        });
        assertThat(told).allSatisfy(NetworkFaultsKit::mayBeTriedAgain).allSatisfy(this::showsNoSecret);
    }

    private static void mayBeTriedAgain(CopilotException error) {
        assertThat(
                        error instanceof UnavailableException unavailable
                                ? unavailable.retryAfter()
                                : ((QuotaExceededException) error).retryAfter())
                .as(error.getMessage())
                .isPresent();
    }

    private void showsNoSecret(CopilotException error) {
        String secret = StorageUrl.parse(store().url()).password().orElse("");
        for (Throwable cause = error; cause != null && !secret.isEmpty(); cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain(secret);
        }
    }

    /** What happens while entries are made. */
    private interface Fault {
        void happens(AtomicInteger entries) throws Exception;
    }

    private void underLoad(Fault fault) throws Exception {
        Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
        AtomicInteger entries = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        int enough = Math.max(20, store().commits() / 10);
        try (Crowd crowd = new Crowd()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                String name = "w" + writer;
                crowd.add(() -> {
                    for (int number = 1; !done.get(); number++) {
                        sentUntilMade(ledger.entry(name, number));
                        acknowledged.put(name, number);
                        entries.incrementAndGet();
                    }
                });
            }
            crowd.letGo();
            try {
                eventually().until(() -> entries.get() >= enough);
                fault.happens(entries);
                int before = entries.get();
                eventually().until(() -> entries.get() >= before + enough);
            } finally {
                done.set(true);
            }
        }
        verify(acknowledged);
    }

    private boolean sent(Commit commit) {
        return refusal(commit) == null;
    }

    /** Why a commit was not acknowledged, or null if it was. */
    private @Nullable CopilotException refusal(Commit commit) {
        try {
            distant.commit(commit);
            return null;
        } catch (UnavailableException | QuotaExceededException unknown) {
            refusals.add(unknown);
            return unknown;
        }
    }

    private void sentUntilMade(Commit commit) {
        eventually().until(() -> sent(commit));
    }

    /** Each writer's entries, as a process sees them that opens the store anew and as the others see them. */
    private void verify(Map<String, Integer> acknowledged) {
        try (Storage fresh = store().open()) {
            Map<String, Integer> last = new HashMap<>();
            acknowledged.forEach((writer, number) -> {
                assertThat(ledger.verify(fresh, writer, number)).isEqualTo(number);
                last.put(writer, number);
            });
            ledger.verifyMessages(fresh, last);
        }
        recovered()
                .untilAsserted(() -> acknowledged.forEach((writer, number) -> {
                    assertThat(ledger.verify(distant, writer, number)).isEqualTo(number);
                    assertThat(ledger.verify(storage(), writer, number)).isEqualTo(number);
                }));
    }

    private static ConditionFactory recovered() {
        return eventually().ignoreException(UnavailableException.class);
    }
}
