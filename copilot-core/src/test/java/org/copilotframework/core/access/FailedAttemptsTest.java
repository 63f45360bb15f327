package org.copilotframework.core.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.error.QuotaExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is kept out, by a clock of the test. */
class FailedAttemptsTest {
    private final AtomicLong clock = new AtomicLong();

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private static void assertKeptOut(FailedAttempts attempts, String remote) {
        assertThatThrownBy(() -> attempts.demandFewer(remote)).isInstanceOf(QuotaExceededException.class);
    }

    @Test
    void itEndsWithTheMinute() {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        attempts.failed("192.0.2.1");
        assertKeptOut(attempts, "192.0.2.1");
        attempts.demandFewer("192.0.2.2");
        pass(Duration.ofMinutes(1));
        attempts.demandFewer("192.0.2.1");
    }

    @Test
    void whoWasLetInTwoMinutesAgoIsForgotten() {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        attempts.letIn("192.0.2.1");
        pass(Duration.ofSeconds(120).minusMillis(1));
        attempts.failed("192.0.2.1");
        attempts.demandFewer("192.0.2.1");
        pass(Duration.ofMillis(1));
        attempts.failed("192.0.2.1");
        assertKeptOut(attempts, "192.0.2.1");
    }

    @Test
    void whoIsLetInAllTheTimeIsNotForgotten() {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        for (int i = 0; i < 100; i++) {
            attempts.letIn("192.0.2.1");
            pass(Duration.ofSeconds(7));
        }
        attempts.failed("192.0.2.1");
        attempts.demandFewer("192.0.2.1");
    }

    @Test
    void whatIsNotedGrowsNoFurtherAndNobodyPushesOthersOut() {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        attempts.letIn("192.0.2.1");
        for (int i = 0; i < MinuteCounts.MOST_KEYS; i++) {
            attempts.letIn("client " + i);
        }
        attempts.failed("192.0.2.1");
        attempts.demandFewer("192.0.2.1");
        String late = "client " + (MinuteCounts.MOST_KEYS - 1);
        attempts.failed(late);
        assertKeptOut(attempts, late);
        pass(Duration.ofMinutes(2));
        attempts.letIn(late);
        attempts.failed(late);
        attempts.demandFewer(late);
    }

    @Test
    void whoTriesFromEverNewNetworksIsCountedTogether() {
        FailedAttempts attempts = new FailedAttempts(2, clock::get);
        for (int i = 0; i < MinuteCounts.MOST_KEYS; i++) {
            attempts.failed("client " + i);
        }
        for (int i = 0; i < 2; i++) {
            attempts.demandFewer("another " + i);
            attempts.failed("another " + i);
        }
        assertKeptOut(attempts, "a third one");
    }

    @Test
    void oneMoreIsLookedAtEachSecond() {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        attempts.failed("192.0.2.1");
        for (int i = 0; i < 50; i++) {
            assertKeptOut(attempts, "192.0.2.1");
            pass(Duration.ofSeconds(1));
            attempts.demandFewer("192.0.2.1");
            attempts.failed("192.0.2.1");
        }
        assertKeptOut(attempts, "192.0.2.1");
    }

    @Test
    void withoutALimitNobodyIsKeptOut() {
        FailedAttempts attempts = new FailedAttempts(0, clock::get);
        attempts.failed("192.0.2.1");
        attempts.letIn("192.0.2.1");
        assertThatCode(() -> attempts.demandFewer("192.0.2.1")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, 2001:db8::ffff:1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "fe80::1%eth0, fe80::2",
        "2001:db8:0:0:1::, 2001:db8::",
        "[2001:db8::1], [2001:db8::2]",
        "[2001:db8::1], 2001:db8::2",
        "[fe80::1%eth0], fe80::2",
        "[::ffff:192.0.2.1], 192.0.2.1",
        "unknown, unknown"
    })
    void whatOneHasIsOneAddress(String one, String same) {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        attempts.failed(one);
        assertKeptOut(attempts, same);
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:0:1::1, 2001:db8::1", "a:b:c, 1:2:3", "'', x"})
    void whatIsNoAddressOrAnotherIsNot(String one, String other) {
        FailedAttempts attempts = new FailedAttempts(1, clock::get);
        attempts.failed(one);
        attempts.demandFewer(other);
    }
}
