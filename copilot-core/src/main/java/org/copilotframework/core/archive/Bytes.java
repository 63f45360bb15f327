package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that are read at any place: a file, or what was read of one already. */
interface Bytes extends Closeable {
    /** How many there are. */
    long size();

    /**
     * Reads some.
     *
     * @throws BadZipException if they are not all there
     */
    void read(long position, byte[] into, int offset, int length) throws IOException;

    @Override
    default void close() throws IOException {}

    static Bytes of(byte[] bytes, int size) {
        return new Bytes() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void read(long position, byte[] into, int offset, int length) throws IOException {
                if (position < 0 || position > size - length) {
                    throw BadZipException.truncated();
                }
                System.arraycopy(bytes, (int) position, into, offset, length);
            }
        };
    }

    static Bytes of(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new FileBytes(channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A file's bytes. */
    record FileBytes(FileChannel channel, long size) implements Bytes {
        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            ByteBuffer target = ByteBuffer.wrap(into, offset, length);
            while (target.hasRemaining()) {
                if (position < 0 || channel.read(target, position + target.position() - offset) < 0) {
                    throw BadZipException.truncated();
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
