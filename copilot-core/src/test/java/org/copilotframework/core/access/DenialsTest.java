package org.copilotframework.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.audit.AuditTrail;
import org.copilotframework.core.secret.Redaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of denials, by a clock of the test. */
class DenialsTest {
    private final AtomicLong clock = new AtomicLong();
    private static final Duration LOOKED = Duration.ofMillis(10);

    private final List<AuditEntry> taken = new CopyOnWriteArrayList<>();
    private final Denials denials =
            new Denials(new AuditTrail(List.of(taken::add), new Redaction(List::of)), 1, clock::get, LOOKED);

    @AfterEach
    void close() {
        denials.close();
    }

    private static AuditEntry denied(String credential) {
        return new AuditEntry(
                Instant.EPOCH, "", credential, null, "x", "", "", AuditEntry.Outcome.DENIED, "not granted");
    }

    @Test
    void howManyThereWereIsToldOnceTheMinuteIsOverAlsoIfNobodyComesAfterIt() {
        for (int i = 0; i < 5; i++) {
            denials.add(denied("a"));
        }
        assertThat(taken).hasSize(1);
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        await().atMost(Duration.ofSeconds(30)).until(() -> taken.size() == 2);
        assertThat(taken.get(1).detail()).startsWith("4 more denials");
        // In the next minute it is so again.
        denials.add(denied("a"));
        denials.add(denied("a"));
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        await().atMost(Duration.ofSeconds(30)).until(() -> taken.size() == 4);
        assertThat(taken.get(3).detail()).startsWith("1 more denials");
    }

    @Test
    void manyCredentialsAreSummedUpInFewEntries() {
        for (int i = 0; i < 1_000; i++) {
            for (int j = 0; j < 3; j++) {
                denials.add(denied("key " + i));
            }
        }
        assertThat(taken).hasSize(1_000);
        taken.clear();
        denials.close();
        assertThat(taken).hasSize(21).allMatch(one -> one.action().equals("denials"));
        assertThat(taken.get(20).credential()).isEqualTo(MinuteCounts.OTHERS);
        assertThat(taken.get(20).detail()).startsWith("1960 more denials");
    }
}
