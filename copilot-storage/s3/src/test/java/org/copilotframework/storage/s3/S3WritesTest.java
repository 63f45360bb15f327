package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.s3.AnsweringClient.Answer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Files that are written and deleted while others do so too, and requests of which it is not known what they did. */
class S3WritesTest extends S3Theme {
    @Test
    void aCredentialThatExpiresInTheMiddleLeavesTheEarlierFileAndNoParts() throws IOException {
        client().rule(request -> AnsweringClient.isPart(request)
                        && request.firstMatchingRawQueryParameter("partNumber").equals(Optional.of("2"))
                ? Optional.of(Answer.error(400, "ExpiredToken"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> writeLarge("a", BlobOptions.NONE))
                .withMessageContaining("expired (ExpiredToken)");
        assertThat(givenUp()).isEqualTo(1);
        assertThat(read("a")).isEqualTo("earlier");
    }

    @Test
    void aWriteThatCollidesWithAnotherIsDecidedAnew() throws IOException {
        BlobInfo first = blobs().stat(ACME, "a").orElseThrow();
        AtomicInteger count = new AtomicInteger();
        client().rule(request -> AnsweringClient.isPut(request) && count.incrementAndGet() < 3
                ? Optional.of(Answer.error(409, "ConditionalRequestConflict"))
                : Optional.empty());
        write("a", BlobOptions.NONE.ifVersion(first.version()), "later");
        assertThat(read("a")).isEqualTo("later");

        client().rule(request -> AnsweringClient.isPut(request)
                ? Optional.of(Answer.error(409, "ConditionalRequestConflict"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> write("b", BlobOptions.NONE.ifAbsent(), "never"));
    }

    /** S3 wants all parts again then, which are gone. */
    @Test
    void aLargeWriteThatCollidesWithAnotherIsToBeMadeAgain() throws IOException {
        client().rule(request -> AnsweringClient.isCompletion(request)
                ? Optional.of(Answer.error(409, "ConditionalRequestConflict"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> writeLarge("b", BlobOptions.NONE.ifAbsent()))
                .withMessageContaining("at the same time; write it again");
        assertThat(givenUp()).isEqualTo(1);
        assertThatExceptionOfType(ConflictException.class)
                .as("who cannot succeed is told so")
                .isThrownBy(() -> writeLarge("a", BlobOptions.NONE.ifAbsent()));
    }

    /** To put many parts together takes S3 minutes. */
    @Test
    void aCompletionMayTakeLongerThanAnyOtherRequest() throws IOException {
        Duration time = Duration.ofSeconds(4);
        S3Settings brief = BucketUnderTest.settings(
                BucketUnderTest.server().endpoint(), time, settings().prefix().orElseThrow());
        AnsweringClient slow = BucketUnderTest.client(brief);
        try (Blobs store = BucketUnderTest.open(brief, slow)) {
            slow.rule(request -> AnsweringClient.isCompletion(request)
                    ? Optional.of(Answer.late(time.plusMillis(500)))
                    : Optional.empty());
            BlobInfo written = store.write(ACME, "b", out -> out.write(new byte[6 << 20]));
            assertThat(slow.requests().stream()
                            .filter(request -> request.startsWith("POST") && request.contains("uploadId=")))
                    .as("sent once")
                    .hasSize(1);
            assertThat(store.stat(ACME, "b")).contains(written);
        }
    }

    @Test
    void aCompletionThatFailsAndWasMadeIsNoFailureAndItsPartsAreNotGivenUp() throws IOException {
        client().rule(request -> AnsweringClient.isCompletion(request)
                ? Optional.of(Answer.hidden(403, "AccessDenied"))
                : Optional.empty());
        BlobInfo written = writeLarge("a", BlobOptions.NONE);
        assertThat(givenUp()).isZero();
        assertThat(blobs().stat(ACME, "a")).contains(written);
        assertThat(written.sha256()).isNotNull();

        client().rule(request ->
                AnsweringClient.isPut(request) ? Optional.of(Answer.hidden(400, "ExpiredToken")) : Optional.empty());
        BlobInfo small = write("b", BlobOptions.NONE.ifAbsent(), "x");
        assertThat(blobs().stat(ACME, "b")).contains(small);
    }

    @Test
    void aDeletionThatComesLateIsAConflict() throws IOException {
        BlobInfo first = blobs().stat(ACME, "a").orElseThrow();
        AtomicInteger count = new AtomicInteger();
        client().rule(request -> {
            if (request.method() == SdkHttpMethod.DELETE && count.incrementAndGet() == 1) {
                writeAnother();
            }
            return Optional.empty();
        });
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> blobs().delete(ACME, "a", first.version()));
        assertThat(read("a")).isEqualTo("another");
    }

    private void writeAnother() {
        try {
            write("a", "another");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void unfinishedPartsOfATenantAreErasedToo() throws IOException {
        client().rule(request -> request.method() == SdkHttpMethod.DELETE
                ? Optional.of(Answer.error(403, "AccessDenied"))
                : Optional.empty());
        assertThatIOException()
                .isThrownBy(() -> blobs().write(ACME, "b", out -> {
                    out.write(new byte[3 * service().part()]);
                    throw new IOException("source gone");
                }))
                .withMessage("source gone")
                .satisfies(error -> assertThat(error.getSuppressed()).isNotEmpty());
        client().rule(request -> Optional.empty());
        assertThat(blobs().erase(ACME)).isEqualTo(1);
        assertThat(givenUp()).isEqualTo(1);
    }
}
