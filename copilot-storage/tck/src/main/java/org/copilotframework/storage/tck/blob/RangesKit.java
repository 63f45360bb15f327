package org.copilotframework.storage.tck.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobRange;
import org.junit.jupiter.api.Test;

/** A part of a file is read without the rest of it. */
abstract class RangesKit extends FileTheme {
    @Test
    void aPartIsWhatLiesThere() throws IOException {
        put("a", "0123456789");

        assertThat(get("a", new BlobRange(0, 1))).contains("0");
        assertThat(get("a", new BlobRange(3, 4))).contains("3456");
        assertThat(get("a", BlobRange.from(7))).contains("789");
        assertThat(get("a", new BlobRange(9, 1))).contains("9");
        assertThat(get("a", new BlobRange(8, 100))).contains("89");
        assertThat(get("a", BlobRange.ALL)).contains("0123456789");
    }

    @Test
    void behindTheEndThereIsNothing() throws IOException {
        put("a", "0123456789");
        put("empty", "");

        assertThat(get("a", BlobRange.from(10))).contains("");
        assertThat(get("a", new BlobRange(Long.MAX_VALUE, 1))).contains("");
        assertThat(get("empty", new BlobRange(0, 5))).contains("");
    }

    @Test
    void aPartComesWithWhatIsKnownOfTheWhole() throws IOException {
        put("a", "0123456789");
        try (Blob blob = blobs().open(tenant(), "a", new BlobRange(2, 3)).orElseThrow()) {
            assertThat(blob.info()).isEqualTo(blobs().stat(tenant(), "a").orElseThrow());
            assertThat(blob.info().size()).isEqualTo(10);
        }
    }

    @Test
    void anyPartOfALargeFileIsRight() throws IOException {
        byte[] content = new byte[kit().large()];
        new Random(1).nextBytes(content);
        blobs().write(tenant(), "large", out -> out.write(content));
        Random random = new Random(2);
        for (int i = 0; i < 12; i++) {
            int from = random.nextInt(content.length);
            int length = 1 + random.nextInt(100_000);
            try (Blob blob =
                    blobs().open(tenant(), "large", new BlobRange(from, length)).orElseThrow()) {
                byte[] expected = Arrays.copyOfRange(content, from, Math.min(content.length, from + length));
                assertThat(Arrays.equals(blob.content().readAllBytes(), expected))
                        .as("%d bytes from %d", length, from)
                        .isTrue();
            }
        }
    }

    @Test
    void aStreamMayBeSkippedAndLeftBeforeItsEnd() throws IOException {
        put("a", "0123456789");
        try (InputStream in = blobs().read(tenant(), "a").orElseThrow()) {
            in.skipNBytes(4);
            assertThat((char) in.read()).isEqualTo('4');
        }
        assertThat(get("a")).contains("0123456789");
    }
}
