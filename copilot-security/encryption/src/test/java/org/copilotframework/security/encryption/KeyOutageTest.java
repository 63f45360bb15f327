package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.turns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.Test;

/** What becomes of tenants while the place of the keys or the wrapper is down. */
class KeyOutageTest {
    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();
    private final AeadEncryption encryption = ring.node();
    private final Storage storage = encryption.storage(plain);

    @Test
    void aWrapperThatIsDownIsSurvivedForAsLongAsAKeyLivesAndHealthSaysSo() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        ring.wrapperDown = true;
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).hasSize(1);
        storage.commit(Stored.turn(ACME, SESSION, 2, payload("y")));
        assertThat(encryption.troubles())
                .singleElement()
                .asString()
                .contains("the wrapper is down")
                .contains("copilot.encryption.aead.key-life");

        ring.pass(Duration.ofMinutes(21));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.commit(Stored.turn(OTHER, SESSION, 1, payload("new"))));

        ring.wrapperDown = false;
        ring.pass(LookMemory.PAUSE);
        assertThat(turns(storage)).hasSize(2);
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("new")));
        assertThat(encryption.troubles()).isEmpty();
    }

    @Test
    void aPlaceThatIsDownIsSurvivedAsLong() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        ring.placeDown = true;
        ring.pass(Duration.ofMinutes(59));
        assertThat(turns(storage)).hasSize(1);
        ring.pass(Duration.ofMinutes(2));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(storage))
                .withMessageContaining("the place is down");
    }

    @Test
    void aPlaceThatHasComeBackEmptyGivesNobodyANewKeyAndTakesNone() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        Map<String, KeyPlace.Kept> all = ring.emptied();
        ring.pass(Keyring.SETTINGS.keyCheck());

        assertThat(turns(storage)).as("with the key in memory").hasSize(1);
        assertThat(encryption.troubles()).singleElement().asString().contains("the keys are gone from");
        for (Runnable needsKey : List.<Runnable>of(
                () -> storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y"))),
                () -> encryption.destroyKey(ACME))) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(needsKey::run)
                    .withMessageContaining("the keys are gone from");
        }
        assertThat(ring.list(null, 10)).isEmpty();

        ring.restored(all);
        ring.pass(Keyring.SETTINGS.keyCheck());
        assertThat(turns(storage)).hasSize(1);
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y")));
        assertThat(encryption.troubles()).isEmpty();
    }

    @Test
    void whoseANameIsIsNotSaidWhenTheLookFailed() {
        storage.migrate();
        Storage there = ring.node().storage(plain);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("old")));
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("new")));
        ring.placeDown = true;

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("the place is down")
                .withMessageNotContaining("is gone");
    }

    /** A service that answers one tenant is not down, though nobody has asked for the other's key since. */
    @Test
    void aServiceThatAnswersAnybodyIsNoTroubleAnyMore() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("x")));
        ring.pass(Duration.ofMinutes(40));
        ring.wrapperDown = true;
        turns(storage);
        assertThat(encryption.troubles()).singleElement().asString().contains("the wrapper is down");
        ring.wrapperDown = false;
        storage.commit(Stored.turn(OTHER, SESSION, 2, payload("y")));
        assertThat(encryption.troubles()).isEmpty();

        ring.pass(Duration.ofMinutes(2));
        ring.placeDown = true;
        turns(storage);
        assertThat(encryption.troubles()).singleElement().asString().contains("the place is down");
        ring.placeDown = false;
        storage.commit(Stored.turn(OTHER, SESSION, 3, payload("z")));
        assertThat(encryption.troubles()).isEmpty();
    }

    /** What is wrong with one tenant's key is not mended by another tenant's being well. */
    @Test
    void aTroubleWithATenantsOwnKeyStaysUntilItIsHad() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        KeyPlace.Kept whole = ring.read(ACME).orElseThrow();
        ring.write(ACME, new byte[] {1}, whole.version());
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).as("with the key in memory").hasSize(1);
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y")));
        assertThat(encryption.troubles()).singleElement().asString().contains("'acme'");

        ring.write(ACME, whole.content(), ring.read(ACME).orElseThrow().version());
        ring.pass(Keyring.SETTINGS.keyCheck());
        turns(storage);
        assertThat(encryption.troubles()).isEmpty();
    }

    /** What its own key is wrapped by may be gone for good, or for now. */
    @Test
    void aKeyThatCannotBeUnwrappedIsItsTenantsTroubleUntilItIsHad() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        long version = 0;
        for (CopilotException why : List.of(
                new ConflictException("its KMS key is deleted"),
                new UnavailableException(
                        "its KMS key is disabled", Duration.ZERO, new InvalidRequestException("it is disabled")))) {
            ring.wrapping = tenant -> {
                if (tenant.equals(ACME.value())) {
                    throw why;
                }
            };
            ring.pass(Duration.ofMinutes(40));
            assertThat(turns(storage)).as("with the key in memory").hasSize(1);
            storage.commit(Stored.turn(OTHER, SESSION, ++version, payload("y")));
            assertThat(encryption.troubles()).singleElement().asString().contains("its KMS key is");

            ring.wrapping = tenant -> {};
            ring.pass(Keyring.SETTINGS.keyCheck());
            turns(storage);
            assertThat(encryption.troubles()).isEmpty();
        }
    }

    @Test
    void aKeyThatIsDestroyedIsNoTrouble() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        ring.write(ACME, new byte[] {1}, ring.read(ACME).orElseThrow().version());
        ring.pass(Keyring.SETTINGS.keyCheck());
        turns(storage);
        assertThat(encryption.troubles()).singleElement().asString().contains("'acme'");

        encryption.destroyKey(ACME);
        assertThat(encryption.troubles()).isEmpty();
    }

    /** Those who have keys see nothing of it. */
    @Test
    void aPlaceThatTakesNoNewKeyIsTroubleUntilItDoes() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        ring.readOnly = true;
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y"))))
                .withMessageContaining("the place is read-only");
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).hasSize(1);
        assertThat(encryption.troubles()).singleElement().asString().contains("the place is read-only");

        ring.readOnly = false;
        storage.commit(Stored.turn(new TenantId("newcomer"), SESSION, 1, payload("z")));
        assertThat(encryption.troubles()).isEmpty();
    }

    /** As by one thread that takes the runs of all tenants. */
    @Test
    void aWrapperThatIsSilentForOneTenantIsNotWaitedForByEachOther() {
        storage.migrate();
        List<TenantId> tenants = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tenants.add(new TenantId("tenant-" + i));
            storage.commit(Stored.turn(tenants.get(i), SESSION, 1, payload("x")));
        }
        Storage there = ring.node().storage(plain);
        AtomicInteger asked = new AtomicInteger();
        ring.wrapping = tenant -> {
            asked.incrementAndGet();
            ring.pass(Duration.ofSeconds(5));
            throw new UnavailableException("no answer within 5 s", Duration.ZERO);
        };
        for (TenantId tenant : tenants) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> there.sessions().turns(tenant, SESSION, 1, 1, Long.MAX_VALUE))
                    .withMessageContaining("no answer within 5 s");
        }
        assertThat(asked).hasValue(1);

        ring.wrapping = tenant -> {};
        ring.pass(LookMemory.PAUSE);
        for (TenantId tenant : tenants) {
            assertThat(there.sessions().turns(tenant, SESSION, 1, 1, Long.MAX_VALUE))
                    .hasSize(1);
        }
    }

    /** A tenant whose key is slow to fail is no reason to refuse the others theirs. */
    @Test
    void aKeyThatFailsByItselfIsNobodyElsesMatterHoweverLongItTakes() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        Storage there = ring.node().storage(plain);
        ring.wrapping = tenant -> {
            if (tenant.equals(ACME.value())) {
                ring.pass(Duration.ofSeconds(5));
                throw new UnavailableException("disabled", Duration.ZERO, new InvalidRequestException("disabled"));
            }
        };
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(there));
        there.commit(Stored.turn(OTHER, SESSION, 1, payload("y")));
    }

    /** That somebody was canceled says nothing of the key. */
    @Test
    void whoIsInterruptedLeavesTheLookToTheNext() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        AeadEncryption another = ring.node();
        Storage there = another.storage(plain);
        ring.wrapping = tenant -> {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted", Duration.ZERO);
        };
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(there));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(another.troubles()).isEmpty();

        ring.wrapping = tenant -> {};
        assertThat(turns(there)).hasSize(1);
    }

    @Test
    void whoIsInterruptedIsNotToldThatAKeyIsGone() {
        storage.migrate();
        AeadEncryption another = ring.node();
        Storage there = another.storage(plain);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("old")));
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("new")));
        ring.reading = () -> {
            Thread.currentThread().interrupt();
            throw new UnavailableException("cut short", Duration.ZERO);
        };
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("interrupted")
                .withMessageNotContaining("is gone");
        assertThat(Thread.interrupted()).isTrue();

        ring.reading = () -> {};
        assertThat(turns(there)).hasSize(1);
    }

    /** So many tenants that some would share whatever number of locks there was. */
    @Test
    void aKeyThatIsSlowToComeKeepsNoOtherTenantWaiting() throws Exception {
        storage.migrate();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(1);
        ring.wrapping = tenant -> {
            if (tenant.equals(ACME.value())) {
                asked.countDown();
                awaited(slow);
            }
        };
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> acme = thread.submit(() -> storage.commit(Stored.turn(ACME, SESSION, 1, payload("x"))));
            awaited(asked);
            for (int i = 0; i < 500; i++) {
                storage.commit(Stored.turn(new TenantId("tenant-" + i), SESSION, 1, payload("y")));
            }
            assertThat(acme).isNotDone();
            slow.countDown();
            acme.get();
        } finally {
            slow.countDown();
            thread.shutdownNow();
        }
        assertThat(turns(storage)).hasSize(1);
    }

    @Test
    void manyThreadsThatNeedOneKeyAskForItOnce() throws Exception {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        Storage there = ring.node().storage(plain);
        CountDownLatch slow = new CountDownLatch(1);
        ring.wrapping = tenant -> awaited(slow);
        int before = ring.unwrapped.get();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<List<StoredTurn>>> reads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                reads.add(threads.submit(() -> turns(there)));
            }
            slow.countDown();
            for (Future<List<StoredTurn>> read : reads) {
                assertThat(read.get()).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(ring.unwrapped).hasValue(before + 1);
    }

    @Test
    void locksAreThereOnlyWhileSomebodyHasThem() {
        TenantLocks locks = new TenantLocks();
        try (TenantLocks.Taken acme = locks.take(ACME);
                TenantLocks.Taken again = locks.tryTake(ACME);
                TenantLocks.Taken other = locks.tryTake(OTHER)) {
            assertThat(acme).isNotNull();
            assertThat(again).as("it is the same thread's").isNotNull();
            assertThat(other).isNotNull();
            assertThat(locks.size()).isEqualTo(2);
        }
        assertThat(locks.size()).isZero();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @Test
    void anOutageIsRememberedForAMomentAndSoIsANameThatIsNotTheTenants() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        encryption.destroyKey(ACME);
        storage.commit(Stored.turn(ACME, SESSION, 2, payload("y")));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        int before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        assertThat(ring.reads).hasValue(before);

        encryption.destroyKey(ACME);
        ring.pass(LookMemory.PAUSE);
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class)
                .as("there is no key at all")
                .isThrownBy(() -> turns(storage));
        assertThat(ring.reads).hasValue(before);

        Storage there = ring.node().storage(plain);
        ring.placeDown = true;
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(there));
        before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("the place is down");
        assertThat(ring.reads).hasValue(before);
    }

    @Test
    void aRunIsTakenAndHandedBackWithoutTheKey() {
        storage.migrate();
        RunStart begun = new RunStart(
                new RunId("r"),
                "begun",
                Stored.AGENT,
                null,
                RunState.SUBMITTED,
                1,
                payload("x"),
                payload("what it left"),
                null,
                Due.now(),
                null);
        storage.commit(Commit.in(ACME).start(begun).build());
        RunRecord run = storage.runs()
                .claim("me", List.of(Stored.AGENT), Duration.ofMinutes(1), 1)
                .get(0);
        ring.placeDown = true;
        ring.pass(Duration.ofHours(2));

        storage.commit(Commit.in(ACME)
                .run(new RunChange(
                        run.head().id(),
                        run.head().fence(),
                        "back",
                        RunState.SUBMITTED,
                        1,
                        run.detail(),
                        null,
                        Due.now(),
                        null))
                .build());
        RunRecord claimed = storage.runs()
                .claim("me", List.of(Stored.AGENT), Duration.ofMinutes(1), 1)
                .get(0);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> claimed.input().bytes());
        ring.placeDown = false;
        ring.pass(LookMemory.PAUSE);
        assertThat(Stored.text(claimed.input())).isEqualTo("x");
        assertThat(Stored.text(claimed.detail())).isEqualTo("what it left");
    }
}
