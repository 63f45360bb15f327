package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.storage.s3.AnsweringClient.Answer;
import org.junit.jupiter.api.Test;

/** The digest of a large file, which is kept beside it. */
class S3DigestsTest extends S3Theme {
    /** A bucket may demand both of all that is put there. */
    @Test
    void theDigestIsEncryptedAsItsFileIsAndHasACheckSum() {
        S3Settings encrypted = new S3Settings(
                Optional.empty(),
                settings().endpoint(),
                true,
                settings().prefix(),
                5,
                settings().timeout(),
                10,
                Optional.of("alias/files"));
        AnsweringClient noting = BucketUnderTest.client(encrypted);
        List<String> sent = new CopyOnWriteArrayList<>();
        noting.rule(request -> {
            for (String header : List.of(
                    "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption", "Content-MD5")) {
                sent.add(request.firstMatchingHeader(header).orElse("none"));
            }
            return Optional.of(new Answer(200, "", false, -1));
        });
        BlobInfo written = new BlobInfo("a", 1, Instant.EPOCH, "v", null, "text/plain", Map.of());
        try (Bucket bucket = Bucket.open(
                BucketUnderTest.BUCKET,
                encrypted,
                BucketUnderTest.credentials(S3Server.KEY, S3Server.SECRET),
                noting)) {
            BlobInfo kept = new DigestBeside(bucket, bucket.key(ACME, "a")).keep(written, "mark", "f".repeat(64));
            assertThat(kept.sha256()).isEqualTo("f".repeat(64));
        }
        assertThat(sent).containsExactly("alias/files", "aws:kms", "1B2M2Y8AsgTpgAmY7PhCfg==");
    }

    /** The one who writes last is right, whoever's digest is kept. */
    @Test
    void aDigestOfAnotherWritingIsNotThisOnes() throws IOException {
        BlobInfo first = writeLarge("a", BlobOptions.NONE);
        assertThat(first.sha256()).isNotNull();
        client().rule(request ->
                AnsweringClient.isPut(request) ? Optional.of(Answer.error(403, "AccessDenied")) : Optional.empty());
        BlobInfo second = writeLarge("a", BlobOptions.NONE);
        assertThat(second.sha256()).isNull();
        assertThat(blobs().stat(ACME, "a")).contains(second);
        try (Blob open = blobs().open(ACME, "a", BlobRange.ALL).orElseThrow()) {
            assertThat(open.info()).isEqualTo(second);
        }
    }
}
