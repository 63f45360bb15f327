package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipIndexTest {
    @ParameterizedTest
    @ValueSource(longs = {(64 << 20) + 1, Integer.MAX_VALUE, 3L << 30})
    void aDirectoryThatIsTooLargeIsRefusedBeforeItIsRead(long directory) {
        assertThatExceptionOfType(BadZipException.class)
                .isThrownBy(
                        () -> ZipIndex.read(new Claim(4000, directory, 4000 + directory + 22), ArchiveLimits.DEFAULT))
                .withMessageContaining("its directory has " + directory + " bytes")
                .withMessageContaining("; build it with fewer entries");
    }

    @Test
    void aDirectoryThatIsLargerThanTheFileIsRefusedBeforeItIsRead() {
        assertThatExceptionOfType(BadZipException.class)
                .isThrownBy(() -> ZipIndex.read(new Claim(0, 60 << 20, 100), ArchiveLimits.DEFAULT))
                .withMessageContaining("its directory is not where its end says");
    }

    @Test
    void aSecondEndInTheCommentThatAnotherReaderWouldTakeIsRefused() throws IOException {
        byte[] hidden = PluginJars.zip(Map.of("hidden.txt", new byte[1]));
        byte[] shown = PluginJars.zip(Map.of("shown.txt", new byte[1]));
        byte[] both = ByteBuffer.allocate(shown.length + hidden.length + 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(shown)
                .putShort(shown.length - 2, (short) (hidden.length + 1))
                .put(shown.length, hidden)
                .array();
        assertThat(jdksView(both)).containsExactly("hidden.txt");

        assertThatExceptionOfType(BadZipException.class)
                .isThrownBy(() -> ZipIndex.read(Bytes.of(both, both.length), ArchiveLimits.DEFAULT))
                .withMessageContaining("its comment could pass for the end of another archive");
        byte[] comment = "said twice".getBytes(StandardCharsets.UTF_8);
        byte[] harmless = ByteBuffer.allocate(shown.length + comment.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(shown)
                .putShort(shown.length - 2, (short) comment.length)
                .put(shown.length, comment)
                .array();
        assertThat(ZipIndex.read(Bytes.of(harmless, harmless.length), ArchiveLimits.DEFAULT)
                        .find("shown.txt"))
                .isNotNull();
    }

    @Test
    void aSecondDirectoryThatAnotherReaderWouldTakeIsRefused() throws IOException {
        // The last entry's comment looks like what says where the end of ZIP64 is; that is where a directory of the
        // same size ends.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry("shown.txt");
            entry.setComment("PK\u0006\u0007" + "x".repeat(16));
            zip.putNextEntry(entry);
            zip.closeEntry();
        }
        byte[] bytes = out.toByteArray();
        assertThatExceptionOfType(BadZipException.class)
                .isThrownBy(() -> ZipIndex.read(Bytes.of(bytes, bytes.length), ArchiveLimits.DEFAULT))
                .withMessageContaining("ZIP64");
    }

    private static List<String> jdksView(byte[] bytes) throws IOException {
        Path file = Files.write(Files.createTempFile("view", ".zip"), bytes);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        } finally {
            Files.delete(file);
        }
    }

    /** The bytes of a ZIP that end with such a claim; nothing else of it may be read. */
    private record Claim(long start, long directory, long size) implements Bytes {
        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            assertThat(position).isEqualTo(size - 22);
            ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
            end.putInt(0, 0x06054b50).putInt(12, (int) directory).putInt(16, (int) start);
            System.arraycopy(Arrays.copyOf(end.array(), length), 0, into, offset, length);
        }
    }
}
