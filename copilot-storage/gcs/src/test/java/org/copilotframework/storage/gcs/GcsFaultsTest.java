package org.copilotframework.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.tck.blob.BlobFaultsTheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only this service says, beside the kit of faults. */
class GcsFaultsTest extends BlobFaultsTheme<GcsFaults> {
    @Override
    protected GcsFaults start() throws IOException {
        return GcsFaults.start();
    }

    private GcsFake fake() {
        return service().fake();
    }

    @Test
    @Timeout(60)
    void anErasureThatMayNotDeleteAnObjectEndsAndSaysSo() throws IOException {
        write("a", "x");
        write("b", "x");
        write("c", "x");
        fake().objects().hold("copilot/tenant=acme/b");

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().erase(ACME))
                .withMessageContaining("403");
        assertThat(fake().objects().names()).containsExactly("copilot/tenant=acme/b");
    }

    @Test
    void aLargeFileWhoseDigestMayNotBeAddedIsWrittenWithoutOne() throws IOException {
        fake().server().fail(1, request -> request.startsWith("PATCH"), GcsFake.status(403, "forbidden"));
        BlobInfo info = writeLarge("large", BlobOptions.NONE);
        assertThat(info.sha256()).isNull();
        assertThat(blobs().stat(ACME, "large")).contains(info);
        // Once it may, it is.
        assertThat(writeLarge("large", BlobOptions.NONE).sha256()).isNotNull();
    }

    @Test
    void aStreamThatBreaksGoesOnWithTheSameGenerationOrFails() throws IOException {
        byte[] content = new byte[1 << 20];
        Arrays.fill(content, (byte) 7);
        blobs().write(ACME, "a", out -> out.write(content));
        try (InputStream in = blobs().read(ACME, "a").orElseThrow()) {
            assertThat(in.readNBytes(10)).containsOnly(7);
            blobs().delete(ACME, "a");
            try {
                assertThat(in.readAllBytes()).hasSize(content.length - 10).containsOnly(7);
            } catch (IOException gone) {
                assertThat(gone).hasMessageContaining("replaced or deleted");
            }
        }
    }

    /** Which says nothing of the bucket, though the status is the same. */
    @Test
    void anUploadThatTheServiceKnowsNoMoreIsToldAsSuch() throws IOException {
        write("a", "first");
        for (int status : new int[] {404, 410}) {
            AtomicInteger chunks = new AtomicInteger();
            fake().server()
                    .fail(
                            1,
                            request -> service().isOfAPart(request) && chunks.incrementAndGet() == 2,
                            GcsFake.status(status, "gone"));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> writeLarge("a", BlobOptions.NONE))
                    .withMessageContaining("ended its upload")
                    .withMessageContaining("write it again")
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain("bucket"));
        }
        assertThat(read("a")).isEqualTo("first");
    }

    /** What was sent of it is content of a tenant, and nobody may go on with it. */
    @Test
    void anUploadThatIsGivenUpIsCancelled() throws IOException {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> blobs().write(ACME, "a", out -> {
                    out.write(new byte[3 * service().part()]);
                    assertThat(fake().uploads().open()).isEqualTo(1);
                    throw new IOException("source gone");
                }))
                .withMessage("source gone");
        assertThat(fake().uploads().open()).isZero();

        fake().server().fail(1, service()::isOfAPart, GcsFake.status(403, "forbidden"));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> writeLarge("a", BlobOptions.NONE));
        assertThat(fake().uploads().open()).isZero();
    }

    @Test
    void anUploadThatCannotBeCancelledFailsByItsOwnReason() throws IOException {
        fake().server().fail(1, request -> request.startsWith("DELETE "), GcsFake.status(503, "busy"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> blobs().write(ACME, "a", out -> {
                    out.write(new byte[3 * service().part()]);
                    throw new IllegalStateException("source gone");
                }))
                .withMessage("source gone")
                .satisfies(GcsUnderTest.SECRETS::areNotIn);
        writeLarge("a", BlobOptions.NONE);
    }
}
