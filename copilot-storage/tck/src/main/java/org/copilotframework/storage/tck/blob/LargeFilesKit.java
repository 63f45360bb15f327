package org.copilotframework.storage.tck.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.junit.jupiter.api.Test;

/** A file of many parts is as good as a small one. */
abstract class LargeFilesKit extends FileTheme {
    @Test
    void whatIsWrittenInManyPiecesIsReadAsItWas() throws Exception {
        MessageDigest written = MessageDigest.getInstance("SHA-256");
        Random random = new Random(3);
        long[] size = {0};
        BlobInfo info = blobs().write(tenant(), "large", out -> {
            while (size[0] < kit().large()) {
                byte[] piece = new byte[1 + random.nextInt(200_000)];
                random.nextBytes(piece);
                written.update(piece);
                out.write(piece);
                size[0] += piece.length;
            }
        });
        String digest = HexFormat.of().formatHex(written.digest());
        assertThat(info.size()).isEqualTo(size[0]);
        assertThat(info.sha256()).isEqualTo(kit().knowsDigestOfLarge() ? digest : null);
        assertThat(digestOf("large")).isEqualTo(digest);
        assertThat(blobs().stat(tenant(), "large")).contains(info);
    }

    private String digestOf(String name) throws IOException, NoSuchAlgorithmException {
        try (InputStream content = blobs().read(tenant(), name).orElseThrow();
                DigestInputStream in = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }

    @Test
    void aFileOfOneExactPartAndItsNeighboursAreWhole() throws IOException {
        for (int size : new int[] {(8 << 20) - 1, 8 << 20, (8 << 20) + 1}) {
            byte[] content = new byte[size];
            Arrays.fill(content, (byte) size);
            blobs().write(tenant(), "part", out -> out.write(content));
            try (InputStream in = blobs().read(tenant(), "part").orElseThrow()) {
                assertThat(Arrays.equals(in.readAllBytes(), content))
                        .as("%d bytes", size)
                        .isTrue();
            }
        }
    }

    /** Looked at after a collection of garbage, at the beginning and in the middle. */
    @Test
    void littleOfALargeFileIsHeldInMemory() throws IOException {
        byte[] piece = new byte[1 << 20];
        int pieces = 3 * (kit().large() >> 20);
        long before = held();
        blobs().write(tenant(), "huge", out -> {
            for (int i = 0; i < pieces; i++) {
                out.write(piece);
                if (i == pieces - 2) {
                    assertThat(held() - before).as("bytes while it is written").isLessThan(kit().heap());
                }
            }
        });
        try (InputStream in = blobs().read(tenant(), "huge").orElseThrow()) {
            for (int i = 0; i < pieces - 1; i++) {
                in.readNBytes(piece, 0, piece.length);
            }
            assertThat(held() - before).as("bytes while it is read").isLessThan(kit().heap());
        }
    }

    private static long held() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aLargeFileThatBreaksOffLeavesNothing() throws IOException {
        put("large", "the earlier one");
        assertThatIOException()
                .isThrownBy(() -> blobs().write(tenant(), "large", out -> {
                    byte[] piece = new byte[1 << 20];
                    for (long size = 0; size < kit().large() - piece.length; size += piece.length) {
                        out.write(piece);
                    }
                    throw new IOException("source gone");
                }))
                .withMessageContaining("source gone");
        assertThat(get("large")).contains("the earlier one");
        assertThat(names("", "", 10)).containsExactly("large");
    }

    /** Though its bytes were sent before the condition was looked at. */
    @Test
    void aLargeFileIsWrittenUnderAConditionToo() throws IOException {
        BlobInfo first = putLarge("a", BlobOptions.NONE.ifAbsent(), '1');
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> putLarge("a", BlobOptions.NONE.ifAbsent(), '2'));
        assertThat(blobs().stat(tenant(), "a")).as("as it was").contains(first);

        BlobInfo second = putLarge("a", BlobOptions.NONE.ifVersion(first.version()), '3');
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> putLarge("a", BlobOptions.NONE.ifVersion(first.version()), '4'));
        assertThat(blobs().stat(tenant(), "a")).contains(second);
        assertThat(get("a", new BlobRange(second.size() - 1, 1))).contains("3");

        blobs().delete(tenant(), "a");
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> putLarge("a", BlobOptions.NONE.ifVersion(second.version()), '5'));
        assertThat(names("", "", 10)).isEmpty();
    }

    /** Nor that of the large one that it was before. */
    @Test
    void aSmallFileInPlaceOfALargeOneHasADigestOfItsOwn() throws IOException {
        BlobInfo large = putLarge("a", BlobOptions.NONE, '1');
        BlobInfo small = put("a", "2");
        assertThat(small.sha256()).isNotNull().isNotEqualTo(large.sha256());
        assertThat(blobs().stat(tenant(), "a")).contains(small);
        assertThat(blobs().erase(tenant())).isEqualTo(1);
    }

    private BlobInfo putLarge(String name, BlobOptions options, char content) throws IOException {
        byte[] bytes = new byte[(8 << 20) + 1];
        Arrays.fill(bytes, (byte) content);
        return blobs().write(tenant(), name, options, out -> out.write(bytes));
    }
}
