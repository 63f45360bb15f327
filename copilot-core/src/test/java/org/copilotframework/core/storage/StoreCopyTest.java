package org.copilotframework.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.StoreTotals;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreCopyTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId ZOO = new TenantId("zoo");
    private static final SessionId CHAT = new SessionId("chat");
    private static final Set<String> WRITES = Set.of("commit", "beginSession", "retain", "compareAndSet", "add");

    private final MemoryStorage source = new MemoryStorage(1_000);
    private final MemoryStorage target = new MemoryStorage(1_000);

    @Test
    void allThatAStoreHoldsIsCopied() {
        fill(source);

        StoreTotals totals = copy(source, target);

        assertThat(totals).isEqualTo(new StoreTotals(2, 3, 155, 4, 3, 2, 4, 1, totals.sha256()));
        assertThat(totals.sha256()).matches("[0-9a-f]{64}");
        SessionHead chat = target.sessions().head(ACME, CHAT).orElseThrow();
        assertThat(chat.version()).isEqualTo(150);
        assertThat(chat.state()).isEqualTo(Map.of("mood", payload("good")));
        assertThat(target.sessions().turns(ACME, CHAT, 7, 1, 1_000))
                .isEqualTo(source.sessions().turns(ACME, CHAT, 7, 1, 1_000));
        assertThat(target.runs().steps(ACME, new RunId("r2"), "", 10, Long.MAX_VALUE))
                .containsExactly(new StepRecord("a", payload("1")), new StepRecord("b", null));
        assertThat(target.runs().events(ACME, new RunId("r2"), 0, 10, 1_000))
                .containsExactly(new StoredEvent(5, payload("e5")), new StoredEvent(6, payload("e6")));
        assertThat(target.values().remaining(ACME, "brief"))
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThan(Duration.ofHours(2)));
    }

    @Test
    void aSessionWhoseOldTurnsWereDroppedKeepsItsVersions() {
        SessionId id = new SessionId("trimmed");
        IntStream.rangeClosed(1, 20).forEach(version -> say(source, ACME, id, version, 3));

        copy(source, target);

        SessionHead copied = target.sessions().head(ACME, id).orElseThrow();
        assertThat(copied.first()).isEqualTo(18);
        assertThat(copied.version()).isEqualTo(20);
        assertThat(target.sessions().turns(ACME, id, 20, 10, 1_000))
                .isEqualTo(source.sessions().turns(ACME, id, 20, 10, 1_000));
    }

    @Test
    void whatWasWaitingGoesOnInTheTarget() {
        fill(source);

        copy(source, target);

        assertThat(target.runs().claim("p", List.of("worker"), Duration.ofMinutes(1), 10))
                .extracting(run -> run.head().id().value())
                .containsExactly("r2");
        RunRecord asking = target.runs().find(ACME, new RunId("r3")).orElseThrow();
        assertThat(asking.head().state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(asking.head().due()).isAfter(Instant.now());
        assertThat(target.values().add(ACME, "count", 1, null)).isEqualTo(43);
    }

    @Test
    void aCopyThatIsRepeatedWritesNothing() {
        fill(source);
        StoreTotals first = copy(source, target);
        int[] writes = {0};

        assertThat(copy(source, failing(target, Integer.MAX_VALUE, writes))).isEqualTo(first);

        assertThat(writes[0]).isZero();
    }

    /** Also where the target takes all digits for counters and the source does not, or the other way round. */
    @Test
    void whatIsThereAlreadyIsNotWrittenAgainWhoeverCanTellCounters() {
        fill(source);
        for (Storage from : List.of(source, blind(source))) {
            for (Storage to : List.of(new MemoryStorage(1_000), blind(new MemoryStorage(1_000)))) {
                copy(from, to);
                new CopyMark(to).set();
                int[] writes = {0};

                copy(from, failing(to, Integer.MAX_VALUE, writes));

                assertThat(writes[0]).as("the mark is taken away").isEqualTo(1);
            }
        }
    }

    @Test
    void digitsThatMayBeACounterAreCountedAsSuch() {
        fill(source);

        assertThat(copy(source, target).counters()).isEqualTo(1);
        assertThat(copy(blind(source), new MemoryStorage(1_000)).counters()).isEqualTo(2);
    }

    @Test
    void aCopyThatWasCutShortAnywhereIsFinishedByTheNext() {
        fill(source);
        StoreTotals whole = copy(source, target);
        int[] writes = {0};
        copy(source, failing(new MemoryStorage(1_000), Integer.MAX_VALUE, writes));
        int all = writes[0];
        // The many turns of one session are all alike.
        for (int cut = 0; cut < all; cut += cut > 5 && cut < 145 ? 20 : 1) {
            MemoryStorage part = new MemoryStorage(1_000);
            Storage cutOff = failing(part, cut, new int[1]);
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> copy(source, cutOff));
            assertThat(copy(source, part)).as("cut after %d writes", cut).isEqualTo(whole);
        }
    }

    @Test
    void aStoreThatIsInUseIsNeverWrittenTo() {
        fill(source);
        fill(target);
        say(source, ACME, CHAT, 151, 0);
        int[] writes = {0};

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> copy(source, failing(target, Integer.MAX_VALUE, writes)))
                .withMessageContainingAll("data of its own", "nothing was written", "--from and --to");
        assertThat(writes[0]).isZero();
        assertThat(target.sessions().head(ACME, CHAT).orElseThrow().version()).isEqualTo(150);
    }

    @Test
    void theMarkOfACopyIsThereUntilItHasEnded() {
        fill(source);
        Storage cutOff = failing(target, 5, new int[1]);
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> copy(source, cutOff));
        assertThat(target.tenants(null, 10)).contains(CopyMark.TENANT);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> copy(target, new MemoryStorage(1_000)))
                .withMessageContaining("has not ended");

        copy(source, target);
        assertThat(target.tenants(null, 10)).containsExactly(ACME, ZOO);
    }

    @Test
    void messagesThatWaitToBePublishedAreRefused() {
        source.commit(Commit.in(ACME)
                .session(new SessionChange(CHAT, turn(1), Map.of(), 0))
                .message(new OutboxMessage("topic", "key", payload("told")))
                .build());

        refused("messages that wait to be published");
    }

    @Test
    void aSessionThatHasDroppedThousandsOfTurnsIsCopiedByFewWrites() {
        SessionId id = new SessionId("long");
        IntStream.rangeClosed(1, 9_000).forEach(version -> say(source, ACME, id, version, 5));
        int[] writes = {0};

        copy(source, failing(target, Integer.MAX_VALUE, writes));

        assertThat(target.sessions().head(ACME, id).orElseThrow().first()).isEqualTo(8_996);
        assertThat(writes[0]).as("the mark twice, a beginning and five turns").isEqualTo(8);
    }

    @Test
    void aRunThatIsAtWorkIsRefusedAsSoonAsItsHolderIsSeenToLive() {
        start("r1", RunState.WORKING, "process", Due.after(Duration.ofMinutes(2)));
        RunLease held = new RunLease(ACME, new RunId("r1"), 1);

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> new StoreCopy(source, target, Duration.ofDays(7), (what, done, total) -> {
                            if (what.equals("waiting")) {
                                source.runs().renew(List.of(held), Duration.ofMinutes(2));
                            }
                        })
                        .run())
                .withMessageContainingAll(
                        "run r1 of tenant 'acme' is at work in process 'process'", "stop the processes");
        assertThat(target.tenants(null, 10)).isEmpty();
    }

    @Test
    void aRunIsItsHoldersForAsLongAsTheStoreSaysAndThenNobodys() {
        start("r1", RunState.WORKING, "process", Due.after(Duration.ofSeconds(1)));
        List<Boolean> held = new ArrayList<>();

        new StoreCopy(source, target, Duration.ofDays(7), (what, done, total) -> {
                    if (what.equals("copying")) {
                        held.add(source.runs().remaining(ACME, new RunId("r1")).isPresent());
                    }
                })
                .run();

        assertThat(held).isNotEmpty().doesNotContain(true);
        assertThat(target.runs().claim("p", List.of("worker"), Duration.ofMinutes(1), 10))
                .extracting(run -> run.head().id().value())
                .containsExactly("r1");
    }

    /** Such as where the servers' lease is set to hours, and this command's is not. */
    @Test
    void aLeaseThatIsLongerThanACopyWaitsIsRefusedAtOnce() {
        start("r1", RunState.WORKING, "process", Due.after(Duration.ofHours(1)));

        refused(
                "run r1 of tenant 'acme' is at work in process 'process', unless he has died, for 3",
                "that time is over");
        assertThat(target.tenants(null, 10)).isEmpty();
    }

    @Test
    void aRunWhoseLeaseIsOverInTheStoreIsNobodysWhateverTheClocksSay() {
        start("r1", RunState.WORKING, "process", Due.after(Duration.ofHours(-1)));

        copy(source, target);

        assertThat(target.runs().claim("p", List.of("worker"), Duration.ofMinutes(1), 10))
                .extracting(run -> run.head().id().value())
                .containsExactly("r1");
    }

    @Test
    void aTenantOfWhomNothingIsLeftButWhatIsOverIsNotMissed() {
        fill(source);
        TenantId old = new TenantId("old");
        source.values().compareAndSet(old, ValueChange.insert("brief", payload("abc"), Duration.ofMillis(1)));
        await().until(() -> source.values().get(old, "brief").isEmpty());
        assertThat(source.tenants(null, 10)).contains(old);

        StoreTotals totals = copy(source, target);
        assertThat(copy(source, target)).isEqualTo(totals);
        assertThat(target.tenants(null, 10)).containsExactly(ACME, ZOO);
    }

    @Test
    void aTenantWhoIsNamedAsTheMarkIsRefusedAndNotForgotten() {
        fill(source);
        say(source, CopyMark.TENANT, CHAT, 1, 0);
        refused("the source has data of a tenant named 'copilot.store-copy'", "another name");
        source.erase(CopyMark.TENANT);
        target.values().add(CopyMark.TENANT, "count", 1, null);
        refused("the target has data of a tenant named 'copilot.store-copy'");
    }

    @Test
    void aTargetWithDataOfItsOwnIsRefused() {
        fill(source);
        say(target, new TenantId("bank"), CHAT, 1, 0);

        refused("the target holds data of its own", "empty store");
        assertThat(target.tenants(null, 10)).containsExactly(new TenantId("bank"));
    }

    @Test
    void theFirstDifferenceIsNamed() {
        fill(source);
        copy(source, target);

        say(target, ZOO, new SessionId("more"), 1, 0);
        refused("session 'more' of tenant 'zoo' is in the target only");

        target.sessions().delete(ZOO, new SessionId("more"));
        target.sessions().delete(ACME, CHAT);
        IntStream.rangeClosed(1, 150).forEach(version -> say(target, ACME, CHAT, version, 0));
        refused("session 'chat' of tenant 'acme' is not the same in both");
    }

    @Test
    void theProgressEndsWhereAllIsDone() {
        fill(source);
        List<String> heard = new ArrayList<>();

        new StoreCopy(
                        source,
                        target,
                        Duration.ofDays(7),
                        (what, done, total) -> heard.add(what + " " + done + "/" + total))
                .run();

        assertThat(heard).contains("counting 164/164", "copying 164/164");
        // A value that lives for a time is copied and not compared.
        assertThat(heard).last().isEqualTo("comparing 163/164");
    }

    private void refused(String... words) {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> copy(source, target))
                .satisfies(error -> assertThat(error.getMessage()).contains(words));
    }

    private static StoreTotals copy(Storage from, Storage to) {
        return new StoreCopy(from, to, Duration.ofDays(7), (what, done, total) -> {}).run();
    }

    private void fill(Storage store) {
        IntStream.rangeClosed(1, 149).forEach(version -> say(store, ACME, CHAT, version, 0));
        Map<String, @Nullable Payload> state = Map.of("mood", payload("good"));
        store.commit(Commit.in(ACME)
                .session(new SessionChange(CHAT, turn(150), state, 0))
                .build());
        IntStream.rangeClosed(1, 4).forEach(version -> say(store, ACME, new SessionId("trimmed"), version, 2));
        IntStream.rangeClosed(1, 3).forEach(version -> say(store, ZOO, new SessionId("\ud83d\ude00"), version, 0));
        start("r1", RunState.COMPLETED, null, Due.never());
        start("r2", RunState.WORKING, null, Due.now());
        start("r3", RunState.INPUT_REQUIRED, null, Due.after(Duration.ofDays(1)));
        start("r4", RunState.SUBMITTED, null, Due.at(Instant.now().plus(Duration.ofDays(1))));
        step("r2", new StepRecord("b", null));
        step("r2", new StepRecord("a", payload("1")));
        step("r4", new StepRecord("c", payload("2")));
        List<StoredEvent> events = List.of(
                new StoredEvent(4, payload("e4")),
                new StoredEvent(5, payload("e5")),
                new StoredEvent(6, payload("e6")));
        store.runs().retain(new RunLease(ACME, new RunId("r2"), 1), events, 5);
        store.values().compareAndSet(ACME, ValueChange.insert("text", payload("abc"), null));
        store.values().compareAndSet(ACME, ValueChange.insert("number", payload("007"), null));
        store.values().compareAndSet(ACME, ValueChange.insert("brief", payload("abc"), Duration.ofHours(1)));
        store.values().compareAndSet(ACME, ValueChange.insert("digits", payload("48213377"), null));
        store.values().add(ACME, "count", 42, null);
    }

    private void start(String id, RunState state, @Nullable String holder, Due due) {
        RunStart start = new RunStart(
                new RunId(id), "x", "worker", CHAT, state, 2, payload("in"), payload("out"), holder, due, null);
        source.commit(Commit.in(ACME).start(start).build());
    }

    private void step(String run, StepRecord step) {
        RunLease within = new RunLease(ACME, new RunId(run), 1);
        source.commit(Commit.in(ACME).within(within).step(step).build());
    }

    private static void say(Storage store, TenantId tenant, SessionId session, long version, int keep) {
        store.commit(Commit.in(tenant)
                .session(new SessionChange(session, turn(version), Map.of(), keep))
                .build());
    }

    private static StoredTurn turn(long version) {
        return new StoredTurn(
                "r/" + version, version, Instant.ofEpochSecond(version), "worker", payload("said " + version));
    }

    private static Payload payload(String text) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The store, which cannot tell counters from other values. */
    private static Storage blind(Storage store) {
        KeyValues values = (KeyValues) Proxy.newProxyInstance(
                KeyValues.class.getClassLoader(), new Class<?>[] {KeyValues.class}, (proxy, method, args) -> {
                    boolean asked = method.getName().equals("isCounter");
                    return asked
                            ? store.values()
                                    .get((TenantId) args[0], (String) args[1])
                                    .isPresent()
                            : called(method, store.values(), args);
                });
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, args) -> method.getName().equals("values") ? values : called(method, store, args));
    }

    private static Object called(Method method, Object real, Object[] args) throws Throwable {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** The store, which fails for good after so many writes. */
    private static Storage failing(Storage store, int writes, int[] counted) {
        return proxy(Storage.class, store, writes, counted);
    }

    private static <T> T proxy(Class<T> type, Object real, int writes, int[] counted) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (WRITES.contains(method.getName()) && counted[0]++ >= writes) {
                throw new UnavailableException("the test has cut the store off", Duration.ZERO);
            }
            Object result = called(method, real, args);
            Class<?> face = method.getReturnType();
            boolean part = face.isInterface() && Storage.class.getPackage().equals(face.getPackage());
            return part ? proxy(face, result, writes, counted) : result;
        }));
    }
}
