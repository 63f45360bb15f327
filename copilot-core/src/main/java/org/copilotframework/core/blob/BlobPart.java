package org.copilotframework.core.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of an open file, which it closes. */
final class BlobPart extends InputStream {
    private final FileChannel file;
    private long at;
    private final long end;

    BlobPart(FileChannel file, long from, long length) {
        this.file = file;
        this.at = from;
        this.end = from + length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        } else if (at >= end) {
            return -1;
        }
        int read = file.read(ByteBuffer.wrap(bytes, from, (int) Math.min(length, end - at)), at);
        if (read < 0) {
            throw new IOException("the file ends before its content does");
        }
        at += read;
        return read;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.max(0, Math.min(count, end - at));
        at += skipped;
        return skipped;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - at);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
