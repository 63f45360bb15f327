package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** Names that are too long for a key of S3, and keys that are no names. */
class S3NamesTest {
    private static final TenantId TENANT = new TenantId("acme");

    @Test
    void namesThatAreLongerThanAKeyAreListedInTheirOrder() throws IOException {
        S3Settings settings = BucketUnderTest.settings();
        try (Blobs blobs = BucketUnderTest.open(settings, BucketUnderTest.client(settings))) {
            String begin = "n".repeat(Keys.PLAIN);
            TreeSet<String> all = new TreeSet<>(List.of(begin, begin + "b", begin + "a/ b", begin + "z".repeat(200)));
            all.add("n".repeat(Keys.PLAIN - 1) + "o");
            all.add("n");
            for (String name : all) {
                blobs.write(TENANT, name, out -> out.write(1));
            }
            for (int limit : new int[] {1, 2, 1_000}) {
                assertThat(names(blobs, "", limit)).containsExactlyElementsOf(all);
            }
            assertThat(names(blobs, begin + "a", 2)).containsExactly(begin + "a/ b");
            assertThat(blobs.list(TENANT, "", "n\u20AC", 10)).hasSize(0);
            assertThat(blobs.list(TENANT, "", "n\n", 10)).hasSize(all.size() - 1);
            assertThat(blobs.delete(TENANT, begin + "b")).isTrue();
            assertThat(blobs.erase(TENANT)).isEqualTo(all.size() - 1);
        }
    }

    private static List<String> names(Blobs blobs, String prefix, int limit) throws IOException {
        List<String> read = new ArrayList<>();
        String last = "";
        for (List<BlobEntry> page = blobs.list(TENANT, prefix, last, limit); !page.isEmpty(); ) {
            page.forEach(entry -> read.add(entry.name()));
            last = read.get(read.size() - 1);
            page = blobs.list(TENANT, prefix, last, limit);
        }
        return read;
    }

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
