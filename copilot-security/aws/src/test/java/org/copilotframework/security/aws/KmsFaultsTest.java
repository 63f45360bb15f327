package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.security.aws.FakeAws.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** KMS that is slow, throttled, down, or says no: what the caller gets is of the kind that the contract says. */
class KmsFaultsTest {
    private final FakeAws aws = new FakeAws();
    private WrappedKey wrapped;

    @BeforeEach
    void wrapOne() {
        aws.kms.create("alias/copilot");
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
        }
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("ThrottlingException", FakeAws.error(400, "ThrottlingException"), "asks to slow down", 5),
                Arguments.of(
                        "KMSInternalException",
                        FakeAws.error(500, "KMSInternalException"),
                        "did not answer as expected",
                        1),
                Arguments.of("500", FakeAws.error(500, "InternalFailure"), "did not answer as expected", 1),
                Arguments.of("503", FakeAws.error(503, "ServiceUnavailable"), "did not answer as expected", 1),
                Arguments.of(
                        "KeyUnavailable",
                        FakeAws.error(500, "KeyUnavailableException"),
                        "did not answer as expected",
                        1),
                Arguments.of("reset", FakeAws.reset(), "cannot be reached", 1),
                Arguments.of("expired", FakeAws.error(400, "ExpiredTokenException"), "they have expired", 10),
                Arguments.of(
                        "clock",
                        FakeAws.error(
                                400,
                                "InvalidSignatureException",
                                "Signature expired: 20261123T100000Z is now earlier than 20261123T110000Z"),
                        "set the clock of this machine right",
                        10));
    }

    /** With the time after which to ask again. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void whatPassesIsUnavailable(String name, Fault fault, String said, int seconds) {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            aws.rule(any -> fault);
            assertUnavailable(() -> wrapper.unwrap(wrapped, Given.CONTEXT), said, seconds);

            aws.well();
            assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(Given.dataKey());
        }
    }

    @Test
    void eachOfTheThreeCallsSaysIt() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            aws.rule(any -> FakeAws.error(400, "ExpiredTokenException"));
            assertUnavailable(() -> wrapper.unwrap(wrapped, Given.CONTEXT), "they have expired", 10);
            assertUnavailable(() -> wrapper.wrap(Given.dataKey(), Given.CONTEXT), "they have expired", 10);
            assertUnavailable(() -> Given.wrapper(aws, "alias/copilot"), "they have expired", 10);
        }
    }

    private static void assertUnavailable(ThrowingCallable call, String said, int seconds) {
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(call)
                .withMessageContaining("AWS KMS at 127.0.0.1:")
                .withMessageContaining(said)
                .satisfies(error -> {
                    assertThat(error.getMessage()).doesNotContain("assumed-role");
                    assertThat(error.retryAfter()).contains(Duration.ofSeconds(seconds));
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void whatHappensOnceIsNotNoticed(String name, Fault fault, String said, int seconds) {
        AtomicInteger left = new AtomicInteger(1);
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            aws.rule(any ->
                    left.getAndDecrement() > 0 && !name.equals("expired") && !name.equals("clock") ? fault : null);
            assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(Given.dataKey());
        }
    }

    @Test
    void aCallThatHangsIsOverInTime() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot", Given.IMPATIENT)) {
            aws.rule(any -> aws.hang());
            assertUnavailable(
                    () -> wrapper.unwrap(wrapped, Given.CONTEXT),
                    "did not answer within 2000 ms (copilot.encryption.kms.timeout)",
                    1);
        }
    }

    @Test
    void aRequestThatHangsIsSentAgain() {
        AtomicInteger left = new AtomicInteger(1);
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot", Duration.ofSeconds(6))) {
            aws.rule(any -> left.getAndDecrement() > 0 ? aws.hang() : null);
            assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(Given.dataKey());
            assertThat(aws.count("kms:Decrypt")).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aServerThatIsAwayIsUnavailable() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            aws.close();
            System.setProperty("aws.accessKeyId", FakeAws.ACCESS_KEY);
            System.setProperty("aws.secretAccessKey", "hidden-access-key");
            assertUnavailable(() -> wrapper.unwrap(wrapped, Given.CONTEXT), "cannot be reached (ConnectException)", 1);
        }
    }

    @Test
    void aCallerWhoIsInterruptedIsToldAndStaysInterrupted() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, Given.CONTEXT))
                    .withMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aMissingGrantIsNamedWithTheKey() {
        String arn = wrapped.keyId();
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            aws.rule(any -> FakeAws.error(400, "AccessDeniedException"));
            assertInvalid(
                    () -> wrapper.unwrap(wrapped, Given.CONTEXT), "does not allow kms:Decrypt on the key '" + arn);
            assertInvalid(
                    () -> wrapper.wrap(Given.dataKey(), Given.CONTEXT),
                    "does not allow kms:Encrypt on the key '" + arn);
            assertInvalid(
                    () -> Given.wrapper(aws, "alias/copilot"),
                    "does not allow kms:DescribeKey on the key 'alias/copilot'");
        }
    }

    @Test
    void credentialsThatAwsDoesNotKnowAreRefused() {
        System.setProperty("aws.accessKeyId", "AKIDOTHER");
        assertInvalid(() -> Given.wrapper(aws, "alias/copilot"), "see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }

    private static void assertInvalid(ThrowingCallable call, String said) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(call)
                .withMessageContaining(said)
                .satisfies(error -> assertThat(error.getMessage())
                        .doesNotContain("assumed-role")
                        .doesNotContain("hidden"));
    }

    @Test
    void aKeyForAnotherUseOrOfAnOddNameIsRefused() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            aws.rule(any -> FakeAws.error(400, "InvalidKeyUsageException"));
            assertInvalid(() -> wrapper.wrap(Given.dataKey(), Given.CONTEXT), "cannot wrap keys");
            aws.rule(any -> FakeAws.error(400, "InvalidArnException"));
            assertInvalid(() -> wrapper.wrap(Given.dataKey(), Given.CONTEXT), "is no name of a key");
        }
    }
}
