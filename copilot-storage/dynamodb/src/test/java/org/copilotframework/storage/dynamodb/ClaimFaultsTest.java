package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.begin;
import static org.copilotframework.storage.dynamodb.Sample.queued;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.dynamodb.AnsweringProxy.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A claim or a renewal of many runs, in the middle of which DynamoDB is throttled, or refuses for good and so at once. */
class ClaimFaultsTest {
    private static final Duration LEASE = Duration.ofHours(1);
    private static final int RUNS = 8;

    private final AnsweringProxy proxy =
            new AnsweringProxy(TableUnderTest.server().port());
    private final String table = TableUnderTest.fresh().table();
    private Storage storage;

    @BeforeEach
    void open() {
        try (Storage patient = proxy.table(table, Map.of("timeout", "30s", "deletion-protection", "false"))
                .open()) {
            patient.migrate();
            for (int i = 0; i < RUNS; i++) {
                patient.commit(begin(queued("r" + i)));
            }
        }
        storage = proxy.table(table, Map.of("timeout", "6s")).open();
    }

    @AfterEach
    void close() {
        storage.close();
        proxy.close();
    }

    @Test
    void leasesAreRenewedSideBySideAndEachIsTold() {
        List<RunLease> held = new ArrayList<>();
        storage.runs()
                .claim("me", List.of("docs"), LEASE, RUNS)
                .forEach(run -> held.add(
                        new RunLease(TENANT, run.head().id(), run.head().fence())));
        RunLease lost = new RunLease(TENANT, new RunId("never"), 1);
        held.add(3, lost);
        CountDownLatch together = new CountDownLatch(RUNS);
        proxy.rule((operation, number, body) -> {
            together.countDown();
            try {
                assertThat(together.await(5, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        });

        assertThat(storage.runs().renew(held, LEASE)).containsExactly(lost);
        assertThat(together.getCount())
                .as("requests that waited for each other")
                .isZero();
        assertThat(proxy.requests()).isEqualTo(RUNS + 1);
    }

    @Test
    void whatWasTakenBeforeAFailureIsGiven() {
        AtomicInteger updates = new AtomicInteger();
        proxy.rule((operation, number, body) -> operation.equals("UpdateItem") && updates.incrementAndGet() > 3
                ? Optional.of(Answer.error("ThrottlingException"))
                : Optional.empty());
        List<RunRecord> taken = new ArrayList<>();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> {
            while (true) {
                taken.addAll(claim());
            }
        });
        assertThat(taken).isNotEmpty().hasSizeLessThanOrEqualTo(3);
        proxy.passAll();
        eachWasTakenOnce(theRest(taken));
    }

    @Test
    void aRunWhoseContentCannotBeReadIsNotTaken() {
        proxy.rule((operation, number, body) -> operation.equals("Query") && body.contains("acme/run/")
                ? Optional.of(Answer.error("AccessDeniedException"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(this::claim);
        proxy.passAll();
        eachWasTakenOnce(theRest(new ArrayList<>()));
    }

    @Test
    void aSlowTableGivesFewRunsAtATimeAndNotNone() {
        proxy.rule((operation, number, body) -> {
            if (operation.equals("UpdateItem")) {
                LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
            }
            return Optional.empty();
        });
        eachWasTakenOnce(theRest(new ArrayList<>()));
    }

    /** Claims until all runs are taken; a slow machine gets few at a time too. */
    private List<RunRecord> theRest(List<RunRecord> taken) {
        while (taken.size() < RUNS) {
            List<RunRecord> some = claim();
            assertThat(some).isNotEmpty();
            taken.addAll(some);
        }
        return taken;
    }

    @Test
    void aLeaseThatCannotBeRenewedEndsNoOther() {
        List<RunRecord> taken = theRest(new ArrayList<>());
        List<RunLease> held = taken.stream()
                .map(run -> new RunLease(TENANT, run.head().id(), run.head().fence()))
                .toList();
        RunLease over = new RunLease(TENANT, new RunId("absent"), 1);
        proxy.rule((operation, number, body) -> operation.equals("UpdateItem") && body.contains("acme/run/r0")
                ? Optional.of(Answer.error("AccessDeniedException"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.runs().renew(held, LEASE.multipliedBy(2)));
        proxy.passAll();
        assertThat(taken).allSatisfy(before -> {
            RunHead now = storage.runs()
                    .find(TENANT, before.head().id())
                    .orElseThrow()
                    .head();
            if (before.head().id().value().equals("r0")) {
                assertThat(now.due()).isEqualTo(before.head().due());
            } else {
                assertThat(now.due()).isAfter(before.head().due());
            }
        });
        assertThat(storage.runs().renew(List.of(held.get(0), over), LEASE)).containsExactly(over);
    }

    @Test
    void whoLooksAtTheHeldRunsKeepsNobodyWaiting() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        proxy.rule((operation, number, body) -> {
            if (operation.equals("Query") && body.contains("held/0") && looking.getCount() > 0) {
                looking.countDown();
                awaited(goOn);
            }
            return Optional.empty();
        });
        try (Storage patient = proxy.table(table, Map.of("timeout", "60s")).open()) {
            CompletableFuture<List<RunRecord>> slow = CompletableFuture.supplyAsync(() -> claim(patient));
            awaited(looking);
            List<RunRecord> taken = claim(patient);
            assertThat(slow).isNotDone();
            eachWasTakenOnce(taken);
            goOn.countDown();
            assertThat(slow.get(60, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void eachWasTakenOnce(List<RunRecord> taken) {
        assertThat(taken)
                .hasSize(RUNS)
                .allSatisfy(run -> assertThat(run.head().attempt()).isEqualTo(1))
                .allSatisfy(run -> assertThat(run.input()).isEqualTo(Sample.payload("asked")))
                .extracting(run -> run.head().id())
                .doesNotHaveDuplicates();
    }

    private List<RunRecord> claim() {
        return claim(storage);
    }

    private static List<RunRecord> claim(Storage storage) {
        return storage.runs().claim("me", List.of("docs"), LEASE, 100);
    }
}
