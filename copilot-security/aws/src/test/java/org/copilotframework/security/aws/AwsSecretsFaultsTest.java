package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.security.aws.FakeAws.Asked;
import org.copilotframework.security.aws.FakeAws.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Secrets Manager that is slow, throttled, down, or says no. */
class AwsSecretsFaultsTest {
    private final FakeAws aws = new FakeAws();
    private final SecretSource source = Given.source(aws, "", Given.PATIENT);

    @BeforeEach
    void putTwo() {
        aws.secrets.put("key", "first");
        aws.secrets.put("key", "second");
    }

    @AfterEach
    void stop() {
        source.close();
        aws.close();
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("ThrottlingException", FakeAws.error(400, "ThrottlingException"), "asks to slow down", 5),
                Arguments.of(
                        "InternalServiceError",
                        FakeAws.error(500, "InternalServiceError"),
                        "did not answer as expected",
                        1),
                Arguments.of("reset", FakeAws.reset(), "cannot be reached", 1),
                Arguments.of("expired", FakeAws.error(400, "ExpiredTokenException"), "they have expired", 10),
                Arguments.of("key", FakeAws.error(400, "DecryptionFailure"), "see whether its KMS key is enabled", 30));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void whatPassesIsUnavailable(String name, Fault fault, String said, int seconds) {
        aws.rule(any -> fault);
        assertUnavailable(said, seconds);

        aws.well();
        assertThat(source.read("key")).contains(new SecretValue("second", Optional.of("first")));
    }

    private void assertUnavailable(String said, int seconds) {
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> source.read("key"))
                .withMessageContaining("AWS Secrets Manager at 127.0.0.1:")
                .withMessageContaining(said)
                .withMessageNotContaining("assumed-role")
                .satisfies(error -> assertThat(error.retryAfter()).contains(Duration.ofSeconds(seconds)));
    }

    @Test
    void bothRequestsTogetherAreOverInTime() {
        try (SecretSource impatient = Given.source(aws, "", Given.IMPATIENT)) {
            aws.rule(any -> aws.hang());
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> impatient.read("key"))
                    .withMessageContaining("did not answer within 2000 ms (copilot.secrets.aws.timeout)");
        }
    }

    @Test
    void whatHappensOnceIsNotNoticed() {
        AtomicInteger left = new AtomicInteger(1);
        aws.rule(any -> left.getAndDecrement() > 0 ? FakeAws.reset() : null);

        assertThat(source.read("key")).contains(new SecretValue("second", Optional.of("first")));
    }

    @Test
    void aMissingGrantIsNamedWithTheSecret() {
        aws.rule(any -> FakeAws.error(400, "AccessDeniedException"));

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> source.read("key"))
                .withMessageContaining("does not allow secretsmanager:GetSecretValue on the secret 'key'")
                .withMessageNotContaining("assumed-role");
    }

    @Test
    void anOddNameIsNamed() {
        aws.rule(any -> FakeAws.error(400, "ValidationException"));

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> source.read("key"))
                .withMessageContaining("knows no secrets of a name such as 'key'");
    }

    /** Such as by a policy that allows the label AWSCURRENT only, or a key that is not used any more. */
    @ParameterizedTest
    @CsvSource({"AccessDeniedException", "DecryptionFailure"})
    void anEarlierOneThatMayNotBeReadIsNone(String code) {
        aws.rule(asked -> isOfTheOneBefore(asked) ? FakeAws.error(400, code) : null);

        assertThat(source.read("key")).contains(SecretValue.of("second"));
    }

    /** Else the host would forget one that is to be honoured still. */
    @Test
    void anEarlierOneThatCannotBeReadNowIsAFailure() {
        aws.rule(asked -> isOfTheOneBefore(asked) ? FakeAws.error(400, "ExpiredTokenException") : null);

        assertUnavailable("they have expired", 10);
    }

    private static boolean isOfTheOneBefore(Asked asked) {
        return asked.body().get("VersionStage").text().equals("AWSPREVIOUS");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "region, Frankfurt!, -, -, PT5S",
                "endpoint, -, http://secrets.example.org, -, PT5S",
                "endpoint, -, ftp://127.0.0.1, -, PT5S",
                "prefix, -, -, 'a b', PT5S",
                "prefix, -, -, a#b, PT5S",
                "timeout, -, -, -, PT10M"
            })
    void aWrongSettingIsNamed(String setting, String region, String endpoint, String prefix, Duration timeout) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new AwsSecretSettings(
                        Optional.ofNullable(region),
                        Optional.ofNullable(endpoint).map(URI::create),
                        Optional.ofNullable(prefix),
                        timeout))
                .withMessageStartingWith("copilot.secrets.aws." + setting + " (in the environment COPILOT_SECRETS_AWS_")
                .withMessageContaining(": must ");
    }
}
