package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store does with each bad answer of the service, or none. */
class GcsFaultsTest {
    private static final TenantId ACME = new TenantId("acme");

    private GcsFake fake;
    private Blobs blobs;

    @BeforeEach
    void start() throws IOException {
        fake = new GcsFake();
        blobs = service().open();
    }

    @AfterEach
    void stop() {
        blobs.close();
        fake.close();
    }

    private GcsUnderTest service() {
        return GcsUnderTest.at(fake);
    }

    private boolean isOfAChunk(String request) {
        return request.startsWith("PUT ");
    }

    @Test
    @Timeout(60)
    void anErasureThatMayNotDeleteAnObjectEndsAndSaysSo() throws IOException {
        write("a", "x");
        write("b", "x");
        write("c", "x");
        fake.objects().hold("copilot/tenant=acme/b");

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.erase(ACME))
                .withMessageContaining("403");
        assertThat(fake.objects().names()).containsExactly("copilot/tenant=acme/b");
    }

    private void write(String name, String content) throws IOException {
        blobs.write(ACME, name, out -> out.write(content.getBytes(UTF_8)));
    }

    @Test
    void aLargeFileWhoseDigestMayNotBeAddedIsWrittenWithoutOne() throws IOException {
        fake.fail(1, request -> request.startsWith("PATCH"), GcsFake.status(403, "forbidden"));
        try (Blobs small = service().chunkMib(1).open()) {
            BlobInfo info = small.write(ACME, "large", out -> out.write(new byte[3 << 20]));
            assertThat(info.sha256()).isNull();
            assertThat(blobs.stat(ACME, "large")).contains(info);
            // Once it may, it is.
            assertThat(small.write(ACME, "large", out -> out.write(new byte[3 << 20]))
                            .sha256())
                    .isNotNull();
        }
    }

    @Test
    void aStreamThatBreaksGoesOnWithTheSameGenerationOrFails() throws IOException {
        byte[] content = new byte[1 << 20];
        java.util.Arrays.fill(content, (byte) 7);
        blobs.write(ACME, "a", out -> out.write(content));
        try (InputStream in = blobs.read(ACME, "a").orElseThrow()) {
            assertThat(in.readNBytes(10)).containsOnly(7);
            blobs.delete(ACME, "a");
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
        try (Blobs small = service().chunkMib(1).open()) {
            for (int status : new int[] {404, 410}) {
                AtomicInteger chunks = new AtomicInteger();
                fake.fail(
                        1,
                        request -> isOfAChunk(request) && chunks.incrementAndGet() == 2,
                        GcsFake.status(status, "gone"));
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> small.write(ACME, "a", out -> out.write(new byte[3 << 20])))
                        .withMessageContaining("ended its upload")
                        .withMessageContaining("write it again")
                        .satisfies(error -> assertThat(error.getMessage()).doesNotContain("bucket"));
            }
        }
        assertThat(new String(blobs.read(ACME, "a").orElseThrow().readAllBytes(), UTF_8))
                .isEqualTo("first");
    }

    /** What was sent of it is content of a tenant, and nobody may go on with it. */
    @Test
    void anUploadThatIsGivenUpIsCancelled() throws IOException {
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        out.write(new byte[3 << 20]);
                        assertThat(fake.uploads().open()).isEqualTo(1);
                        throw new IOException("source gone");
                    }))
                    .withMessage("source gone");
            assertThat(fake.uploads().open()).isZero();

            fake.fail(1, this::isOfAChunk, GcsFake.status(403, "forbidden"));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> out.write(new byte[3 << 20])));
            assertThat(fake.uploads().open()).isZero();
        }
    }

    @Test
    void anUploadThatCannotBeCancelledFailsByItsOwnReason() throws IOException {
        fake.fail(1, request -> request.startsWith("DELETE "), GcsFake.status(503, "busy"));
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        out.write(new byte[3 << 20]);
                        throw new IllegalStateException("source gone");
                    }))
                    .withMessage("source gone")
                    .satisfies(Secrets::areNotIn);
            small.write(ACME, "a", out -> out.write(new byte[3 << 20]));
        }
    }

    /** However many long names there are. */
    @Test
    void aPageIsOneRequest() throws IOException {
        for (int i = 0; i < 9; i++) {
            write("n".repeat(900) + i, "x");
        }
        fake.behave();
        assertThat(blobs.list(ACME, "", "", 100)).hasSize(9);
        assertThat(fake.seen()).hasSize(1);
    }
}
