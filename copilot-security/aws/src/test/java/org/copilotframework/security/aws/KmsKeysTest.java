package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.security.aws.FakeKms.Key;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys there are, which are taken, and what becomes of what they wrapped when they change. */
class KmsKeysTest {
    private final FakeAws aws = new FakeAws();
    private final Key key = aws.kms.create("alias/copilot");

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void aKeyIsNamedByArnIdOrAlias() {
        String id = key.arn.substring(key.arn.indexOf('/') + 1);
        String alias = "arn:aws:kms:us-east-1:111122223333:alias/copilot";
        for (String name : new String[] {key.arn, id, "alias/copilot", alias}) {
            try (KeyWrapper wrapper = Given.wrapper(aws, name)) {
                assertThat(wrapper.keyId()).isEqualTo(key.arn);
                assertThat(wrapper).hasToString("KmsKeyWrapper[" + key.arn + "]");
            }
        }
    }

    @Test
    void materialThatKmsRotatesOpensWhatItWrappedBefore() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            WrappedKey before = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            key.rotate();

            assertThat(wrapper.unwrap(before, Given.CONTEXT)).isEqualTo(Given.dataKey());
            assertThat(wrapper.isCurrent(before, Given.CONTEXT)).isTrue();
        }
    }

    @Test
    void anotherKeyWrapsFromNowOnAndTheOneBeforeIsStillOpened() {
        WrappedKey before;
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            before = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            aws.kms.alias("alias/copilot", aws.kms.create());
            assertThat(wrapper.wrap(Given.dataKey(), Given.CONTEXT).keyId())
                    .as("a process stays with the key that it began with")
                    .isEqualTo(key.arn);
        }
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            assertThat(wrapper.isCurrent(before, Given.CONTEXT)).isFalse();
            assertThat(wrapper.unwrap(before, Given.CONTEXT)).isEqualTo(Given.dataKey());
            assertThat(wrapper.wrap(Given.dataKey(), Given.CONTEXT).keyId()).isNotEqualTo(key.arn);
        }
    }

    /** Who can write to the place of the keys might put one there that he has wrapped himself. */
    @Test
    void theKeyIsPinned() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot");
                KeyWrapper other = Given.wrapper(aws, aws.kms.create().arn)) {
            WrappedKey theirs = other.wrap(Given.dataKey(), Given.CONTEXT);
            aws.well();

            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> wrapper.unwrap(new WrappedKey(key.arn, 1, theirs.bytes()), Given.CONTEXT));
            assertThat(aws.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.action()).isEqualTo("kms:Decrypt");
                assertThat(asked.named()).isEqualTo(key.arn);
            });
        }
    }

    @Test
    void eachTenantMayHaveAKeyOfItsOwn() {
        Key acme = aws.kms.create("alias/copilot-acme");
        Key dots = aws.kms.create("alias/copilot-acme/eu/1");
        aws.kms.alias("alias/copilot-copilot/host", key);
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot-{tenant}")) {
            assertThat(wrapper.keyId()).isEqualTo("alias/copilot-{tenant}");
            WrappedKey one = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            assertThat(one.keyId()).isEqualTo(acme.arn);
            assertThat(wrapper.unwrap(one, Given.CONTEXT)).isEqualTo(Given.dataKey());
            for (String ofTheHost : new String[] {"copilot.keys", "copilot.host", "copilot.another"}) {
                assertThat(wrapper.wrap(Given.dataKey(), Given.context(ofTheHost))
                                .keyId())
                        .isEqualTo(key.arn);
            }
            assertThat(wrapper.wrap(Given.dataKey(), Given.context("acme.eu.1")).keyId())
                    .isEqualTo(dots.arn);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> wrapper.wrap(Given.dataKey(), Given.context("nobody")))
                    .withMessageContaining("copilot.encryption.kms.key-id")
                    .withMessageContaining("has no key 'alias/copilot-nobody'; create");

            assertThat(wrapper.isCurrent(one, Given.CONTEXT)).isTrue();
            aws.kms.alias("alias/copilot-acme", dots);
            assertThat(wrapper.isCurrent(one, Given.CONTEXT)).isFalse();
            assertThat(wrapper.unwrap(one, Given.CONTEXT)).isEqualTo(Given.dataKey());
        }
    }

    @Test
    void ofAKeyForEachTenantTheHostsOwnIsNeededAtTheStart() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Given.wrapper(aws, "alias/copilot-{tenant}"))
                .withMessageContaining("'alias/copilot-copilot/host'");
    }

    @Test
    void aReplicaOpensWhatAnotherRegionWrapped() {
        Key here = aws.kms.replica("arn:aws:kms:us-east-1:111122223333:key/mrk-0123456789abcdef");
        try (KeyWrapper wrapper = Given.wrapper(aws, here.arn)) {
            WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            String there = here.arn.replace("us-east-1", "eu-west-1");
            assertThat(wrapper.unwrap(new WrappedKey(there, 1, wrapped.bytes()), Given.CONTEXT))
                    .isEqualTo(Given.dataKey());
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> wrapper.unwrap(
                            new WrappedKey(key.arn.replace("us-east-1", "eu-west-1"), 1, wrapped.bytes()),
                            Given.CONTEXT))
                    .withMessageContaining("copilot.encryption.kms.region")
                    .withMessageContaining("in eu-west-1, and this is us-east-1");
        }
    }

    @Test
    void aKeyOfSeveralRegionsWithoutAReplicaHereIsSaidToBeOne() {
        String there = "arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef";
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> wrapper.unwrap(new WrappedKey(there, 1, wrapped.bytes()), Given.CONTEXT))
                    .withMessageContaining("copilot.encryption.kms.region")
                    .withMessageContaining(there)
                    .withMessageContaining("has no replica in us-east-1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_2048, ENCRYPT_DECRYPT, CUSTOMER, Enabled, cannot wrap keys",
        "HMAC_256, GENERATE_VERIFY_MAC, CUSTOMER, Enabled, cannot wrap keys",
        "SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT, AWS, Enabled, managed by AWS",
        "SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT, CUSTOMER, Disabled, is disabled; enable it",
        "SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT, CUSTOMER, PendingDeletion, is to be deleted"
    })
    void aKeyThatCannotWrapIsRefusedAtTheStart(String spec, String usage, String manager, String state, String said) {
        key.spec = spec;
        key.usage = usage;
        key.manager = manager;
        key.state = state;

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Given.wrapper(aws, "alias/copilot"))
                .withMessageStartingWith(
                        "copilot.encryption.kms.key-id (in the environment COPILOT_ENCRYPTION_KMS_KEY_ID): the key"
                                + " 'alias/copilot'")
                .withMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Creating", "PendingImport", "Unavailable"})
    void aKeyThatIsNotReadyIsUnavailableAtTheStart(String state) {
        key.state = state;

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> Given.wrapper(aws, "alias/copilot"))
                .withMessageContaining("is not ready: its state is " + state)
                .satisfies(error -> assertThat(error.retryAfter()).isPresent());
    }

    @Test
    void anUnknownKeyIsNamedAtTheStart() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Given.wrapper(aws, "alias/nothing"))
                .withMessageContaining("has no key 'alias/nothing'")
                .withMessageContaining("or its region");
    }

    @Test
    void aDisabledKeyIsUnavailableUntilItIsEnabled() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            key.state = "Disabled";
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, Given.CONTEXT))
                    .withMessageContaining("is disabled: enable it (aws kms enable-key)");
            key.state = "Enabled";
            assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(Given.dataKey());
        }
    }

    /** So that it is not taken for the trouble of all, which is over once another's key is had. */
    @Test
    void ofOneOfManyKeysItIsSaidThatItIsItsOwnMatter() {
        aws.kms.create("alias/copilot-copilot/host");
        Key acme = aws.kms.create("alias/copilot-acme");
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot-{tenant}")) {
            WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            acme.state = "Disabled";
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, Given.CONTEXT))
                    .withCauseInstanceOf(InvalidRequestException.class);
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> wrapper.wrap(Given.dataKey(), Given.CONTEXT))
                    .withCauseInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void aKeyThatIsDeletedOrAboutToBeIsGone() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            key.state = "PendingDeletion";
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, Given.CONTEXT))
                    .withMessageContaining("is deleted or about to be")
                    .withMessageContaining("cancel-key-deletion");
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> wrapper.wrap(Given.dataKey(), Given.CONTEXT))
                    .withMessageContaining("is to be deleted; name another one");

            aws.kms.delete(key);
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, Given.CONTEXT))
                    .withMessageContaining(key.arn);
        }
    }

    @Test
    void aStateThatPassesIsUnavailable() {
        try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot")) {
            WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
            key.state = "Unavailable";
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, Given.CONTEXT))
                    .withMessageContaining("cannot be used in its present state");
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "key-id, '', -, -, PT5S",
                "key-id, alias/aws/s3, -, -, PT5S",
                "key-id, alias/{tenant}, -, -, PT5S",
                "key-id, alias/a-{tenant}-{tenant}, -, -, PT5S",
                "key-id, key/{tenant}, -, -, PT5S",
                "key-id, arn:aws:s3:::bucket, -, -, PT5S",
                "key-id, 'with blank', -, -, PT5S",
                "region, arn:aws:kms:eu-west-1:111122223333:alias/a-{tenant}, us-east-1, -, PT5S",
                "region, alias/a, Frankfurt!, -, PT5S",
                "endpoint, alias/a, -, http://kms.example.org, PT5S",
                "endpoint, alias/a, -, https://user:hidden@host, PT5S",
                "endpoint, alias/a, -, https://host/path?q=hidden, PT5S",
                "timeout, alias/a, -, -, PT0.01S",
                "timeout, alias/a, -, -, PT1H"
            })
    void aWrongSettingIsNamed(String setting, String key, String region, String endpoint, java.time.Duration timeout) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new KmsSettings(
                        key,
                        Optional.ofNullable(region),
                        Optional.ofNullable(endpoint).map(java.net.URI::create),
                        timeout))
                .withMessageStartingWith(
                        "copilot.encryption.kms." + setting + " (in the environment COPILOT_ENCRYPTION_KMS_")
                .withMessageContaining(": must be ")
                .withMessageNotContaining("hidden");
    }

    @Test
    void theRegionIsThatOfTheArn() {
        assertThat(new KmsSettings(
                                "arn:aws:kms:eu-west-1:111122223333:alias/a-{tenant}",
                                Optional.empty(),
                                Optional.empty(),
                                Given.PATIENT)
                        .region())
                .contains("eu-west-1");
    }
}
