package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every wrapper promises, kept by KMS: the fake, or the real one with the key that is named. */
class KmsContractTest {
    private static FakeAws aws;
    private KeyWrapper wrapper;

    @BeforeAll
    static void start() {
        if (RealService.key().isEmpty()) {
            aws = new FakeAws();
            aws.kms.create("alias/copilot");
        }
    }

    @AfterAll
    static void stop() {
        if (aws != null) {
            aws.close();
        }
    }

    @BeforeEach
    void open() {
        wrapper = new KmsKeyWrapperProvider()
                .open(Given.context(
                        RealService.key().orElseGet(() -> Given.settings(aws, "alias/copilot", Given.PATIENT))));
    }

    @AfterEach
    void close() {
        wrapper.close();
    }

    @Test
    void aKeyComesBackForTheSameContext() {
        WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);

        assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(Given.dataKey());
        assertThat(wrapper.isCurrent(wrapped, Given.CONTEXT)).isTrue();
        assertThat(wrapped.bytes())
                .isNotEqualTo(wrapper.wrap(Given.dataKey(), Given.CONTEXT).bytes());
    }

    @Test
    void theNameOfAKeyIsItsArn() {
        assertThat(wrapper.keyId()).matches("arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+");
        assertThat(wrapper.wrap(Given.dataKey(), Given.CONTEXT).keyId()).isEqualTo(wrapper.keyId());
    }

    @Test
    void anotherContextIsAConflict() {
        WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);

        for (Map<String, String> other : java.util.List.of(
                Given.context("other"), Map.of(KeyWrapper.TENANT, "acme"), Map.<String, String>of())) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> wrapper.unwrap(wrapped, other))
                    .withMessageContaining("is not the one that the KMS key");
        }
    }

    @Test
    void changedBytesAreAConflict() {
        WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
        byte[] changed = wrapped.bytes().clone();
        changed[changed.length - 1] ^= 1;

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> wrapper.unwrap(new WrappedKey(wrapped.keyId(), 1, changed), Given.CONTEXT));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> wrapper.unwrap(new WrappedKey(wrapped.keyId(), 1, new byte[] {1}), Given.CONTEXT));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> wrapper.unwrap(new WrappedKey(wrapped.keyId(), 2, wrapped.bytes()), Given.CONTEXT))
                .withMessageContaining("version 2");
    }

    @Test
    void whatAnotherWrapperWrappedIsRefusedByTheNameOfTheSetting() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> wrapper.unwrap(new WrappedKey("local:0102", 1, new byte[60]), Given.CONTEXT))
                .withMessageContaining("copilot.encryption.key-wrapper")
                .withMessageContaining("local:0102");
    }

    @Test
    void whatIsClosedSaysSoAndMayBeClosedAgain() {
        wrapper.close();
        wrapper.close();

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> wrapper.wrap(Given.dataKey(), Given.CONTEXT))
                .withMessage("the connection to AWS KMS is closed");
    }
}
