package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
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
