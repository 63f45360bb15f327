package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.blob.LocalBlobs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a file that somebody has changed no byte is given out that was not written, and nobody gets a URL to what is stored. */
class SealedFilesTest {
    private static final int SEGMENT = Ciphers.SEGMENT;

    private final Keyring ring = Keyring.begun();
    private final AeadEncryption encryption = ring.node();
    private final byte[] content = new byte[4 * SEGMENT + 1_000];

    @TempDir
    private Path folder;

    private Blobs plain;
    private Blobs blobs;

    @BeforeEach
    void open() {
        new Random(4).nextBytes(content);
        plain = new LocalBlobs(folder);
        blobs = encryption.blobs(plain);
    }

    @Test
    void nothingOfAFileIsStoredAsItIsButItsName() throws IOException {
        BlobOptions known =
                BlobOptions.NONE.contentType("text/canary-type").metadata(Map.of("canary_key", "canary-value"));
        blobs.write(
                ACME,
                "name",
                known,
                out -> out.write("canary-content".repeat(10).getBytes(UTF_8)));

        assertThat(blobs.stat(ACME, "name").orElseThrow().metadata()).containsEntry("canary_key", "canary-value");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), UTF_8)).doesNotContain("canary");
            }
        }
    }

    /** One byte in each part: the header, each segment's text and tag, the end. */
    @Test
    void aFlippedByteIsFoundBeforeAnythingOfItsSegmentIsGivenOut() throws IOException {
        put("a", content);
        byte[] stored = stored("a");
        int body = stored.length - FileEnd.LENGTH;
        for (int at : new int[] {Ciphers.HEADER, SEGMENT - 1, SEGMENT, 2 * SEGMENT + 5, 4 * SEGMENT - 1, body - 1}) {
            byte[] flipped = stored.clone();
            flipped[at] ^= 1;
            plain.write(ACME, "b", out -> out.write(flipped));
            plain.write(ACME, "a", out -> out.write(flipped));
            int segment = at / SEGMENT;
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            assertThatIOException().as("byte %d", at).isThrownBy(() -> read("a", got));
            assertThat(got.size()).isEqualTo((int) FileForm.begin(segment));
            assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(content, got.size()));
            BlobRange within = new BlobRange(FileForm.begin(segment) + 1, 10);
            assertThatIOException().isThrownBy(() -> range("a", within));
        }
        for (int at = body; at < stored.length; at += 97) {
            byte[] flipped = stored.clone();
            flipped[at] ^= 1;
            plain.write(ACME, "a", out -> out.write(flipped));
            assertThatIOException().isThrownBy(() -> blobs.stat(ACME, "a"));
            assertThatIOException().isThrownBy(() -> range("a", BlobRange.ALL));
        }
    }

    @Test
    void aFileThatWasClosedDoesNotLookAsIfItWereReadToItsEnd() throws IOException {
        put("a", content);
        Blob file = blobs.open(ACME, "a", BlobRange.ALL).orElseThrow();
        assertThat(file.content().readNBytes(10)).hasSize(10);
        file.close();

        assertThatIOException().isThrownBy(() -> file.content().read()).withMessageContaining("was closed");
        assertThatIOException().isThrownBy(() -> file.content().readAllBytes());
        assertThat(file.content().available()).isZero();
    }

    @Test
    void nothingIsBegunInTheStoreWithoutAKey() throws IOException {
        ring.placeDown = true;
        AtomicBoolean begun = new AtomicBoolean();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.write(ACME, "a", out -> begun.set(true)))
                .withMessageContaining("the place is down");
        assertThat(begun).isFalse();
        assertThat(plain.list(ACME, "", "", 10)).isEmpty();
    }

    /** Else it would be there, and nobody could read it. */
    @Test
    void aFileWhoseTenantIsErasedWhileItIsWrittenIsNotWritten() throws IOException {
        put("a", new byte[10]);
        assertThatIOException()
                .isThrownBy(() -> blobs.write(ACME, "b", out -> {
                    out.write(content);
                    encryption.destroyKey(ACME);
                }))
                .withMessageContaining("file 'b' of tenant 'acme' is not written")
                .withMessageContaining("the key that it was begun with is gone");
        assertThat(plain.list(ACME, "", "", 10)).extracting(BlobEntry::name).containsExactly("a");
    }

    @Test
    void aUrlForNoTimeOrTooLongIsRefusedThoughThereAreNone() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofDays(8))) {
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> blobs.presign(ACME, "a", wrong));
        }
        assertThat(blobs.presign(ACME, "a", Duration.ofDays(7))).isEmpty();
    }

    /** The header is kept at the end too, and that one is used, so that it cannot be told from a flipped one. */
    @Test
    void theHeaderOfAnotherContentIsOfNoUse() throws IOException {
        put("a", content);
        byte[] first = stored("a");
        put("a", new byte[content.length]);
        byte[] second = stored("a");
        byte[] mixed = first.clone();
        System.arraycopy(second, second.length - FileEnd.LENGTH, mixed, mixed.length - FileEnd.LENGTH, FileEnd.LENGTH);
        plain.write(ACME, "a", out -> out.write(mixed));

        assertThatIOException().isThrownBy(() -> range("a", BlobRange.ALL));
    }

    @Test
    void aTruncatedFileIsRefusedWhenItIsOpened() throws IOException {
        put("a", content);
        byte[] stored = stored("a");
        int body = stored.length - FileEnd.LENGTH;
        for (int length : new int[] {0, 1, 40, FileEnd.LENGTH, body, stored.length - 1}) {
            plain.write(ACME, "a", out -> out.write(stored, 0, length));
            refused("a");
        }
        // A segment less, but the end in its place.
        plain.write(ACME, "a", out -> {
            out.write(stored, 0, 4 * SEGMENT);
            out.write(stored, body, FileEnd.LENGTH);
        });
        refused("a");
        // A segment more.
        plain.write(ACME, "a", out -> {
            out.write(stored, 0, 2 * SEGMENT);
            out.write(stored, SEGMENT, stored.length - SEGMENT);
        });
        refused("a");
    }

    @Test
    void swappedSegmentsNamesAndTenantsAreRefused() throws IOException {
        put("a", content);
        blobs.write(OTHER, "a", out -> out.write(content));
        byte[] stored = stored("a");
        byte[] swapped = stored.clone();
        System.arraycopy(stored, SEGMENT, swapped, 2 * SEGMENT, SEGMENT);
        System.arraycopy(stored, 2 * SEGMENT, swapped, SEGMENT, SEGMENT);
        plain.write(ACME, "a", out -> out.write(swapped));
        assertThatIOException().isThrownBy(() -> range("a", BlobRange.from(SEGMENT + 10)));

        plain.write(ACME, "renamed", out -> out.write(stored));
        refused("renamed");
        plain.write(OTHER, "a", out -> out.write(stored));
        assertThatIOException().isThrownBy(() -> blobs.stat(OTHER, "a"));
    }

    @Test
    void aFileThatIsNotEncryptedIsRefusedAndCanBeReplaced() throws IOException {
        plain.write(ACME, "a", out -> out.write("planted".getBytes(UTF_8)));
        plain.write(ACME, "large", out -> out.write(content));

        refused("a");
        refused("large");
        assertThat(blobs.list(ACME, "", "", 10)).extracting(BlobEntry::name).containsExactly("a", "large");
        put("a", content);
        assertThat(range("a", BlobRange.ALL)).isEqualTo(content);
        assertThat(blobs.delete(ACME, "large")).isTrue();
    }

    @Test
    void aDestroyedKeyOpensNoFile() throws IOException {
        put("a", content);
        encryption.destroyKey(ACME);

        assertThatIOException()
                .isThrownBy(() -> blobs.stat(ACME, "a"))
                .withMessageContaining("the key that it was encrypted with is gone");
        assertThat(blobs.erase(ACME)).isEqualTo(1);
    }

    @Test
    void aReadThatFailedDoesNotGoOn() throws IOException {
        put("a", content);
        byte[] flipped = stored("a");
        flipped[SEGMENT + 9] ^= 1;
        plain.write(ACME, "a", out -> out.write(flipped));
        try (InputStream in = blobs.read(ACME, "a").orElseThrow()) {
            in.readNBytes((int) FileForm.begin(1));
            for (int i = 0; i < 3; i++) {
                assertThatIOException().isThrownBy(in::read);
            }
        }
    }

    @Test
    void everyRangeAroundTheEdgesOfSegmentsIsRight() throws IOException {
        put("a", content);
        for (long segment = 0; segment < FileForm.segments(content.length); segment++) {
            for (long from = Math.max(0, FileForm.begin(segment) - 2); from < FileForm.begin(segment) + 2; from++) {
                for (long length : new long[] {1, 3, SEGMENT, 2L * SEGMENT}) {
                    int end = (int) Math.min(content.length, from + length);
                    assertThat(range("a", new BlobRange(from, length)))
                            .isEqualTo(Arrays.copyOfRange(content, (int) from, end));
                }
            }
        }
    }

    /** The listing tells sizes from those of what is stored; here around those where there is one segment more. */
    @Test
    void listedSizesAreThoseOfTheContent() throws IOException {
        int whole = SEGMENT - Ciphers.TAG - Ciphers.HEADER;
        for (int size : new int[] {0, 1, whole - 1, whole, whole + 1, whole + SEGMENT - Ciphers.TAG, 3 * SEGMENT}) {
            put("sized", new byte[size]);
            assertThat(blobs.list(ACME, "", "", 1).get(0).size()).isEqualTo(size);
            assertThat(blobs.stat(ACME, "sized").orElseThrow().size()).isEqualTo(size);
            assertThat(range("sized", BlobRange.ALL)).hasSize(size);
        }
    }

    @Test
    void thereAreNoUrls() throws IOException {
        put("a", content);
        assertThat(blobs.presign(ACME, "a", Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void aWriterThatFailsLeavesTheEarlierFile() throws IOException {
        put("a", content);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> blobs.write(ACME, "a", out -> {
                    out.write(1);
                    throw new IOException("source gone");
                }))
                .withMessage("source gone");
        assertThat(range("a", BlobRange.ALL)).isEqualTo(content);
    }

    private void put(String name, byte[] bytes) throws IOException {
        blobs.write(ACME, name, out -> out.write(bytes));
    }

    private byte[] stored(String name) throws IOException {
        try (InputStream in = plain.read(ACME, name).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    private void refused(String name) {
        for (BlobRange range : List.of(BlobRange.ALL, new BlobRange(0, 1), BlobRange.from(3L * SEGMENT))) {
            assertThatIOException()
                    .isThrownBy(() -> range(name, range))
                    .withMessageContaining("'" + name + "'")
                    .withMessageContaining("'" + ACME + "'");
        }
        assertThatIOException().isThrownBy(() -> blobs.stat(ACME, name));
    }

    private byte[] range(String name, BlobRange range) throws IOException {
        return range(ACME, name, range);
    }

    private byte[] range(TenantId tenant, String name, BlobRange range) throws IOException {
        try (Blob blob = blobs.open(tenant, name, range).orElseThrow()) {
            return blob.content().readAllBytes();
        }
    }

    private void read(String name, ByteArrayOutputStream into) throws IOException {
        try (InputStream in = blobs.read(ACME, name).orElseThrow()) {
            in.transferTo(into);
        }
    }
}
