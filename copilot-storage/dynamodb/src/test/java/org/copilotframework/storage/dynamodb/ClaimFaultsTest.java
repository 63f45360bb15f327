package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.dynamodb.Sample.begin;
import static org.copilotframework.storage.dynamodb.Sample.queued;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.dynamodb.AnsweringProxy.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A claim or a renewal of many runs, in the middle of which DynamoDB is throttled. */
class ClaimFaultsTest {
    private static final Duration LEASE = Duration.ofHours(1);
    private static final int RUNS = 8;

    private final AnsweringProxy proxy =
            new AnsweringProxy(TableUnderTest.server().port());
    private final String table = TableUnderTest.fresh().table();
    private Storage storage;

    @BeforeEach
    void open() {
        storage = proxy.table(table, Map.of("timeout", "3s", "deletion-protection", "false"))
                .open();
        storage.migrate();
        for (int i = 0; i < RUNS; i++) {
            storage.commit(begin(queued("r" + i)));
        }
    }

    @AfterEach
    void close() {
        storage.close();
        proxy.close();
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
        assertThat(taken).hasSize(3);
        proxy.passAll();
        taken.addAll(claim());
        eachWasTakenOnce(taken);
    }

    @Test
    void aRunWhoseContentCannotBeReadIsNotTaken() {
        proxy.rule((operation, number, body) -> operation.equals("Query") && body.contains("acme/run/")
                ? Optional.of(Answer.error("ThrottlingException"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(this::claim);
        proxy.passAll();
        eachWasTakenOnce(claim());
    }

    @Test
    void aSlowTableGivesFewRunsAtATimeAndNotNone() {
        proxy.rule((operation, number, body) -> {
            if (operation.equals("UpdateItem")) {
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
            return Optional.empty();
        });
        List<RunRecord> taken = new ArrayList<>();
        while (taken.size() < RUNS) {
            List<RunRecord> some = claim();
            assertThat(some).isNotEmpty();
            taken.addAll(some);
        }
        eachWasTakenOnce(taken);
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
        return storage.runs().claim("me", List.of("docs"), LEASE, 100);
    }
}
