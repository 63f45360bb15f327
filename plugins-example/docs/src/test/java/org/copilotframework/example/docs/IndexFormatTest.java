package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.copilotframework.example.docs.Index.IndexedFile;
import org.copilotframework.example.docs.Index.IndexedPassage;
import org.junit.jupiter.api.Test;

class IndexFormatTest {
    @Test
    void whatIsWrittenIsRead() throws Exception {
        Index index = index();

        Index read = read(bytes(index));

        assertThat(read).usingRecursiveComparison().isEqualTo(index);
    }

    @Test
    void anIndexThatEndsTooEarlyIsRefused() throws Exception {
        byte[] bytes = bytes(index());

        for (int length = 0; length < bytes.length; length++) {
            assertRefused(Arrays.copyOf(bytes, length));
        }
    }

    @Test
    void anIndexWithAnyByteChangedIsRefused() throws Exception {
        byte[] bytes = bytes(index());

        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x41;
            assertRefused(changed);
        }
    }

    @Test
    void somethingBehindTheEndIsRefused() throws Exception {
        byte[] bytes = bytes(index());

        assertRefused(Arrays.copyOf(bytes, bytes.length + 1));
    }

    @Test
    void anotherVersionOrModelIsNamedInTheReason() throws Exception {
        byte[] version = bytes(index());
        ByteBuffer.wrap(version).putInt(4, 9);
        byte[] model = bytes(index());
        model[12] = 'X';

        assertThatThrownBy(() -> read(version)).hasMessage("it has version 9, not 2");
        assertThatThrownBy(() -> read(model)).hasMessageStartingWith("it was made with the model X");
        assertThatThrownBy(() -> read("{\"json\": true}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("it is not an index");
    }

    @Test
    void aLengthThatIsFarTooLargeTakesNoMemory() throws Exception {
        byte[] bytes = bytes(Index.EMPTY);
        int files = 4 + 4 + 4 + MiniLm.ID.length() + 8;
        ByteBuffer.wrap(bytes).putInt(files, Integer.MAX_VALUE);

        assertThatThrownBy(() -> read(bytes)).hasMessage("it has 2147483647 files; the limit is 2000");
    }

    @Test
    void anIndexBeyondTheLimitsIsRefused() throws Exception {
        byte[] bytes = bytes(index());

        assertThatThrownBy(() -> IndexFormat.read(new ByteArrayInputStream(bytes), new Limits(2_000, 1, 1)))
                .hasMessage("it has 2 passages; the limit is 1");
    }

    private static Index index() {
        float[] vector = new float[MiniLm.DIMENSION];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = i / 1000f;
        }
        IndexedPassage first = new IndexedPassage(new Passage("Über › uns", 0, 3, 4, "Grüße\n\uD83D\uDE00"), vector);
        IndexedPassage second = new IndexedPassage(new Passage("", 7, 1, 1, ""), new float[MiniLm.DIMENSION]);
        return new Index(
                Instant.ofEpochMilli(1_700_000_000_123L),
                List.of(
                        new IndexedFile("a/b.md", 12, 34, "00ff", "", List.of(first, second)),
                        new IndexedFile("c.pdf", 5, 6, "11", "it is encrypted", List.of())));
    }

    private static byte[] bytes(Index index) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        IndexFormat.write(index, bytes);
        return bytes.toByteArray();
    }

    private static Index read(byte[] bytes) throws Exception {
        return IndexFormat.read(new ByteArrayInputStream(bytes), Limits.DEFAULT);
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(UnreadableIndexException.class);
    }
}
