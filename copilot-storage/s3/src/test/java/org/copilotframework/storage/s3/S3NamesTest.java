package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** Names that are too long for a key of S3, and keys that are no names. */
class S3NamesTest {
    private static final TenantId TENANT = new TenantId("acme");

    @Test
    void aPrefixKeepsStoresApartAndTheLongestOneHasRoomForAllNames() throws IOException {
        S3Settings one = BucketUnderTest.settings(
                BucketUnderTest.server().endpoint(), java.time.Duration.ofSeconds(30), "p".repeat(64));
        S3Settings other = BucketUnderTest.settings();
        TenantId longest = new TenantId("t".repeat(128));
        try (Blobs first = BucketUnderTest.open(one, BucketUnderTest.client(one));
                Blobs second = BucketUnderTest.open(other, BucketUnderTest.client(other))) {
            first.write(longest, "n".repeat(1024), out -> out.write(1));
            assertThat(second.list(longest, "", "", 10)).isEmpty();
            assertThat(second.erase(longest)).isZero();
            assertThat(first.erase(longest)).isEqualTo(1);
        }
    }
}
