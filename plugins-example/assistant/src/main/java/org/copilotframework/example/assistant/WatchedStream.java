package org.copilotframework.example.assistant;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Notes when the last byte came, and ends a stream that does not end by itself. */
final class WatchedStream extends FilterInputStream {
    /** An event of one token has about 250 bytes. */
    static final long MOST = 64L << 20;

    private volatile long lastByte = System.nanoTime();
    private long read;

    WatchedStream(InputStream in) {
        super(in);
    }

    long lastByte() {
        return lastByte;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        came(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int some = super.read(bytes, from, length);
        came(Math.max(0, some));
        return some;
    }

    private void came(int bytes) {
        lastByte = System.nanoTime();
        read += bytes;
        if (read > MOST) {
            throw new EndpointFault(EndpointFault.Kind.GARBAGE, "sent more than " + (MOST >> 20) + " MB in one answer");
        }
    }

    /** Closes the connection; whoever reads gets an error. */
    void abandon() {
        try {
            close();
        } catch (IOException wrong) {
            throw new UncheckedIOException("the connection to the endpoint cannot be closed", wrong);
        }
    }
}
