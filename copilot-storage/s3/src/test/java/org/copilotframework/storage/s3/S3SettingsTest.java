package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrong setting is named, and what it should be. */
class S3SettingsTest {
    private static S3Settings with(
            String region, String endpoint, String prefix, int part, Duration timeout, int connections, String key) {
        return new S3Settings(
                Optional.ofNullable(region),
                Optional.ofNullable(endpoint).map(URI::create),
                false,
                Optional.ofNullable(prefix),
                part,
                timeout,
                connections,
                Optional.ofNullable(key));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "region, Frankfurt!, -, -, 8, PT30S, 10, -",
                "endpoint, -, ftp://host, -, 8, PT30S, 10, -",
                "endpoint, -, http://user:hidden@host, -, 8, PT30S, 10, -",
                "endpoint, -, https://host/path?q=hidden, -, 8, PT30S, 10, -",
                "endpoint, -, host, -, 8, PT30S, 10, -",
                "prefix, -, -, /absolute, 8, PT30S, 10, -",
                "prefix, -, -, a/../b, 8, PT30S, 10, -",
                "prefix, -, -, a//b, 8, PT30S, 10, -",
                "part-mib, -, -, -, 4, PT30S, 10, -",
                "part-mib, -, -, -, 1025, PT30S, 10, -",
                "timeout, -, -, -, 8, PT0.01S, 10, -",
                "timeout, -, -, -, 8, PT2H, 10, -",
                "max-connections, -, -, -, 8, PT30S, 0, -",
                "kms-key, -, -, -, 8, PT30S, 10, with blank"
            })
    void isRefused(
            String setting,
            String region,
            String endpoint,
            String prefix,
            int part,
            Duration timeout,
            int most,
            String key) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> with(region, endpoint, prefix, part, timeout, most, key))
                .withMessageStartingWith("copilot.blobs.s3." + setting + ": must ")
                .satisfies(error -> org.assertj.core.api.Assertions.assertThat(error.getMessage())
                        .doesNotContain("hidden"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3://bucket", "a", "bucket/folder", "https://bucket.s3.amazonaws.com"})
    void aBucketOfAnotherFormIsRefused(String bucket) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new S3BlobsProvider().open(Optional.of(bucket), context()))
                .withMessageContaining("copilot.blobs.bucket (in the environment STORAGE_BUCKET)");
    }

    /** What such a bucket does not do would be found out by lost files only. */
    @ParameterizedTest
    @ValueSource(strings = {"files--euc1-az1--x-s3", "point-euc1-az1--xa-s3"})
    void aDirectoryBucketIsRefused(String name) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new S3BlobsProvider().open(Optional.of(name), context()))
                .withMessageContaining("STORAGE_BUCKET")
                .withMessageContaining("directory bucket");
    }

    @Test
    void noBucketIsNamed() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new S3BlobsProvider().open(Optional.empty(), context()))
                .withMessageContaining("STORAGE_BUCKET) is not set");
    }

    static ProviderContext context() {
        S3Settings settings = BucketUnderTest.settings();
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
