package org.copilotframework.storage.gcs;

import com.google.cloud.ReadChannel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.copilotframework.api.error.CopilotException;

/** A part of an object that is being read: always of one generation, which the client asks for again after a fault. */
final class Content extends InputStream {
    private static final String GONE = "the file was replaced or deleted while it was read; read it again";

    private final ReadChannel channel;
    private final Calls calls;
    private final ByteBuffer first;
    private long left;
    private boolean closed;

    /**
     * Reads on.
     *
     * @param first what was read of it already
     * @param length how much there is in all
     */
    Content(ReadChannel channel, Calls calls, ByteBuffer first, long length) {
        this.channel = channel;
        this.calls = calls;
        this.first = first;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        } else if (length == 0) {
            return 0;
        } else if (left == 0) {
            return -1;
        }
        int wanted = (int) Math.min(length, left);
        int read;
        if (first.hasRemaining()) {
            read = Math.min(wanted, first.remaining());
            first.get(bytes, from, read);
        } else {
            read = more(ByteBuffer.wrap(bytes, from, wanted));
        }
        left -= read;
        return read;
    }

    private int more(ByteBuffer into) throws IOException {
        try {
            int read = calls.on(() -> true, GONE, () -> channel.read(into));
            if (read < 1) {
                throw new IOException("the content ends " + left + " bytes too early");
            }
            return read;
        } catch (CopilotException failed) {
            throw new IOException(failed.getMessage());
        }
    }

    @Override
    public int available() {
        return first.remaining();
    }

    @Override
    public void close() {
        closed = true;
        channel.close();
    }
}
