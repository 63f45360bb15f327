package org.copilotframework.core.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class GrowingBlobTest {
    private final Disk disk = new Disk();

    /** Is full once, and then has room again. */
    private static final class Disk extends OutputStream {
        private boolean full = true;
        private int size;

        @Override
        public void write(int one) throws IOException {
            flush();
            size++;
        }

        @Override
        public void flush() throws IOException {
            if (full) {
                full = false;
                throw new IOException("no space left");
            }
        }
    }

    @Test
    void aFailureThatTheWriterHidesStaysOne() {
        assertThatIOException()
                .isThrownBy(() -> GrowingBlob.filled(disk, out -> {
                    for (int i = 0; i < 3; i++) {
                        try {
                            out.write('x');
                        } catch (IOException hidden) {
                            assertThat(hidden.getMessage()).matches("no space left|an earlier part .*");
                        }
                    }
                    out.close();
                }))
                .withMessage("no space left");
        assertThat(disk.size).isZero();
    }

    @Test
    void aFlushThatFailsIsAFailureToo() {
        assertThatIOException()
                .isThrownBy(() -> GrowingBlob.filled(disk, out -> {
                    try {
                        out.flush();
                    } catch (IOException hidden) {
                        assertThat(hidden).hasMessage("no space left");
                    }
                }))
                .withMessage("no space left");
    }

    @Test
    void whatTheWriterThrowsAfterItIsNotTheReason() {
        assertThatIOException()
                .isThrownBy(() -> GrowingBlob.filled(disk, out -> {
                    try {
                        out.write('x');
                    } catch (IOException wrapped) {
                        throw new IllegalStateException("broken", wrapped);
                    }
                }))
                .withMessage("no space left");
    }
}
