package org.copilotframework.security.aws;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.secret.SecretSource;

/** What the tests begin with. */
final class Given {
    static final Duration PATIENT = Duration.ofMinutes(1);

    /** Of this a request gets the half, and is then sent again. */
    static final Duration IMPATIENT = Duration.ofSeconds(2);

    static final Map<String, String> CONTEXT = context("acme");

    private Given() {}

    static Map<String, String> context(String tenant) {
        return Map.of(KeyWrapper.TENANT, tenant, "copilot-key", "0102030405060708");
    }

    static byte[] dataKey() {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (i * 7);
        }
        return key;
    }

    static KmsSettings settings(FakeAws aws, String key, Duration timeout) {
        return new KmsSettings(key, Optional.empty(), Optional.of(aws.endpoint()), timeout);
    }

    static KeyWrapper wrapper(FakeAws aws, String key) {
        return wrapper(aws, key, PATIENT);
    }

    static KeyWrapper wrapper(FakeAws aws, String key, Duration timeout) {
        return new KmsKeyWrapperProvider().open(context(settings(aws, key, timeout)));
    }

    static SecretSource source(FakeAws aws, String prefix, Duration timeout) {
        return new AwsSecretSourceProvider()
                .open(context(new AwsSecretSettings(
                        Optional.empty(),
                        Optional.of(aws.endpoint()),
                        Optional.of(prefix).filter(text -> !text.isEmpty()),
                        timeout)));
    }

    static ProviderContext context(Record settings) {
        return new ProviderContext() {
            @Override
            public <T extends Record> T settings(Class<T> type) {
                return type.cast(settings);
            }

            @Override
            public Path home() {
                return Path.of("home").toAbsolutePath();
            }
        };
    }
}
