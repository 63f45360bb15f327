package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from Secrets Manager, by which names, and while it is changed. */
class AwsSecretsTest {
    private final FakeAws aws = new FakeAws();
    private final SecretSource source = Given.source(aws, "", Given.PATIENT);

    @AfterEach
    void stop() {
        source.close();
        aws.close();
    }

    private SecretValue read(String name) {
        return source.read(name).orElseThrow();
    }

    @Test
    void aSecretIsReadByItsName() {
        aws.secrets.put("copilot/prod/api-key", "s3cr3t-ä");

        assertThat(read("copilot/prod/api-key")).isEqualTo(SecretValue.of("s3cr3t-ä"));
        assertThat(source.read("copilot/prod/other")).isEmpty();
    }

    @Test
    void aSecretIsReadByItsArn() {
        String arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf";
        aws.secrets.put(arn, "{\"user\":\"ann\"}");

        assertThat(read(arn + "#user")).isEqualTo(SecretValue.of("ann"));
    }

    @Test
    void aPrefixStandsBeforeAllNames() {
        aws.secrets.put("copilot/prod/api-key", "s3cr3t");
        aws.secrets.put("api-key", "of somebody else");
        try (SecretSource ours = Given.source(aws, "copilot/prod/", Given.PATIENT)) {
            assertThat(ours.read("api-key")).contains(SecretValue.of("s3cr3t"));
            assertThat(ours.read("copilot/prod/api-key")).isEmpty();
        }
    }

    /** Else what is too long would be an error of the service, and no other source be asked. */
    @Test
    void aNameIsMeasuredWithItsPrefix() {
        String prefix = "copilot/prod/";
        try (SecretSource ours = Given.source(aws, prefix, Given.PATIENT)) {
            String longest = "n".repeat(512 - prefix.length());
            aws.secrets.put(prefix + longest, "s3cr3t");
            assertThat(ours.read(longest)).isPresent();
            aws.well();
            assertThat(ours.read(longest + "n")).isEmpty();
            assertThat(aws.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "a:b", "a,b", "#field", "name#", "näme", "a\nb", "arn:aws:s3:::bucket"})
    void whatIsNoNameThereIsNotAskedFor(String name) {
        assertThat(source.read(name)).isEmpty();
        assertThat(source.read("n".repeat(513))).isEmpty();
        assertThat(aws.asked()).isEmpty();
    }

    @Test
    void theOneBeforeIsToldWhileItIsThere() {
        aws.secrets.put("key", "first");
        aws.secrets.put("key", "second");
        assertThat(read("key")).isEqualTo(new SecretValue("second", Optional.of("first")));

        aws.secrets.put("key", "third");
        assertThat(read("key")).isEqualTo(new SecretValue("third", Optional.of("second")));

        aws.secrets.put("key", "third").withoutLabel("AWSPREVIOUS");
        assertThat(read("key")).isEqualTo(SecretValue.of("third"));
    }

    @Test
    void aSecretThatIsChangedBetweenTheTwoRequestsIsReadAgain() {
        aws.secrets.put("key", "first");
        aws.secrets.put("key", "second");
        AtomicInteger asked = new AtomicInteger();
        aws.rule(one -> {
            if (asked.incrementAndGet() == 2) {
                aws.secrets.put("key", "third");
            }
            return null;
        });

        assertThat(read("key")).isEqualTo(new SecretValue("third", Optional.of("second")));
        assertThat(asked).hasValue(4);
    }

    @Test
    void aReadIsTwoRequests() {
        aws.secrets.put("key", "first");
        aws.well();
        read("key");

        assertThat(aws.asked())
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.action()).isEqualTo("secretsmanager:GetSecretValue"));
    }

    @ParameterizedTest
    @CsvSource({"user, ann", "port, 5432", "tls, true", "pass#word, p#1", "big, 12345678901234567890.5", "empty key, x"
    })
    void aFieldOfAJsonSecretIsReadByItsName(String field, String value) {
        aws.secrets.put(
                "db",
                "{\"user\":\"ann\",\"port\":5432,\"tls\":true,\"pass#word\":\"p#1\",\"big\":12345678901234567890.5,"
                        + "\"empty key\":\"x\"}");

        assertThat(read("db#" + field).current()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "db#other, has no such field",
        "db#none, has no such field",
        "db#deep, is no text",
        "db#list, is no text",
        "db#void, has 0 characters",
        "text#user, is a field of a secret that is no JSON object",
        "cut#user, is a field of a secret that is no JSON object",
        "deep#user, is a field of a secret that is no JSON object",
        "list#user, is a field of a secret that is no JSON object",
        "bytes, holds bytes",
        "bytes#user, holds bytes"
    })
    void whatNoSettingCanHaveIsRefusedByTheNameOfTheSecret(String name, String said) {
        aws.secrets.put(
                "db",
                "{\"canary\":\"canary-7\",\"none\":null,\"deep\":{\"canary\":\"canary-7\"},\"list\":[1],\"void\":\"\"}");
        aws.secrets.put("text", "canary-7");
        aws.secrets.put("cut", "{\"user\":\"canary-7");
        aws.secrets.put("list", "[\"canary-7\"]");
        aws.secrets.put("deep", "[".repeat(30_000) + "canary-7");
        aws.secrets.putBytes("bytes", "canary-7");

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> source.read(name))
                .withMessageContaining("the secret '" + name + "' of AWS Secrets Manager " + said)
                .withMessageNotContaining("canary")
                .withNoCause();
    }

    @Test
    void anEarlierOneOfAnotherFormIsNone() {
        aws.secrets.put("db", "plain text");
        aws.secrets.put("db", "{\"user\":\"ann\"}");
        assertThat(read("db#user")).isEqualTo(SecretValue.of("ann"));

        aws.secrets.putBytes("key", "bytes");
        aws.secrets.put("key", "text");
        assertThat(read("key")).isEqualTo(SecretValue.of("text"));
    }

    @Test
    void aSecretThatIsToBeDeletedIsSaidToBe() {
        aws.secrets.put("key", "first").deleted = true;

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> source.read("key"))
                .withMessageContaining("does not give out the secret 'key': it is to be deleted")
                .withMessageContaining("restore-secret");
    }

    @Test
    void nothingThatIsPrintedShowsASecret() {
        aws.secrets.put("key", "canary-7");

        assertThat(source + " " + read("key")).doesNotContain("canary-7").contains("127.0.0.1");
    }

    @Test
    void whatIsClosedSaysSoAndMayBeClosedAgain() {
        source.close();
        source.close();

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> source.read("key"))
                .withMessage("the connection to AWS Secrets Manager is closed");
    }

    /** With what is named in the environment, AWS itself. */
    @Test
    void theServiceKnowsWhatItHasAndWhatItHasNot() {
        Optional<String> real = RealService.secret();
        real.ifPresent(any -> aws.close());
        try (SecretSource there =
                real.isPresent() ? AwsSecretSource.open(RealService.secrets()) : Given.source(aws, "", Given.PATIENT)) {
            aws.secrets.put("of-the-test", "text");

            assertThat(there.read(real.orElse("of-the-test"))).isPresent();
            assertThat(there.read(real.orElse("of-the-test") + "-that-is-not-there"))
                    .isEmpty();
        }
    }
}
