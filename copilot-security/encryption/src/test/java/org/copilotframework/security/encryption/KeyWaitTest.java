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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.Test;

/** Who waits for a key that is slow to come, and who is told what became of it. */
class KeyWaitTest extends KeyTheme {
    /** As by one thread that takes the runs of all tenants. */
    @Test
    void aWrapperThatIsSilentForOneTenantIsNotWaitedForByEachOther() {
        List<TenantId> tenants = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tenants.add(new TenantId("tenant-" + i));
            write(tenants.get(i), 1, "x");
        }
        Storage there = node();
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
        write(ACME, 1, "x");
        Storage there = node();
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
        write(ACME, 1, "x");
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
        AeadEncryption another = ring.node();
        Storage there = another.storage(plain);
        write(ACME, 1, "old");
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        write(ACME, 1, "new");
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
            Future<?> acme = thread.submit(() -> write(ACME, 1, "x"));
            awaited(asked);
            for (int i = 0; i < 500; i++) {
                write(new TenantId("tenant-" + i), 1, "y");
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
        write(ACME, 1, "x");
        Storage there = node();
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
}
