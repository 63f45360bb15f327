package org.copilotframework.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.storage.s3.AnsweringClient.Answer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Files that change, or whose connection breaks, while they are read. */
class S3ReadsTest extends S3Theme {
    /** The part begins behind the end of what is there, and another file comes before its description is read. */
    @Test
    void aPartBehindTheEndIsNotOfOneVersionAndItsDescriptionOfAnother() throws IOException {
        AtomicInteger count = new AtomicInteger();
        client().rule(request -> {
            if (request.method() == SdkHttpMethod.GET && count.incrementAndGet() == 1) {
                return Optional.of(Answer.error(416, "InvalidRange"));
            }
            return Optional.empty();
        });
        try (Blob blob = blobs().open(ACME, "a", BlobRange.from(3)).orElseThrow()) {
            assertThat(new String(blob.content().readAllBytes(), UTF_8)).isEqualTo("lier");
        }
        client().rule(request -> request.method() == SdkHttpMethod.GET
                ? Optional.of(Answer.error(416, "InvalidRange"))
                : Optional.empty());
        assertThatIOException()
                .isThrownBy(() -> blobs().open(ACME, "a", BlobRange.from(3)))
                .withMessageContaining("all the time");
    }

    @Test
    void aConnectionThatBreaksIsReadOnFromWhereItWas() throws IOException {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            content.append(i).append(',');
        }
        write("text", content.toString());
        AtomicInteger count = new AtomicInteger();
        client().rule(request -> request.method() == SdkHttpMethod.GET && count.incrementAndGet() < 3
                ? Optional.of(Answer.cut(1_000))
                : Optional.empty());
        assertThat(read("text")).isEqualTo(content.toString());
        assertThat(count).hasValue(3);
    }

    @Test
    void whatIsReplacedMeanwhileIsNotReadOn() throws IOException {
        write("text", "1".repeat(5_000));
        client().rule(request ->
                request.method() == SdkHttpMethod.GET ? Optional.of(Answer.cut(1_000)) : Optional.empty());
        try (InputStream in = blobs().read(ACME, "text").orElseThrow()) {
            client().rule(request -> Optional.empty());
            write("text", "2".repeat(5_000));
            assertThatIOException().isThrownBy(in::readAllBytes).withMessageContaining("replaced or deleted");
        }
        client().rule(request ->
                request.method() == SdkHttpMethod.GET ? Optional.of(Answer.cut(10)) : Optional.empty());
        try (InputStream in = blobs().open(ACME, "text", new BlobRange(0, 2_000))
                .orElseThrow()
                .content()) {
            client().rule(request -> Optional.of(Answer.error(403, "AccessDenied")));
            assertThatIOException().isThrownBy(in::readAllBytes).withMessageContaining("AccessDenied");
        }
    }
}
