package org.copilotframework.storage.azure;

import java.io.IOException;
import java.io.InputStream;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.storage.objects.ChangedException;

/** A part of a blob that is being read, piece by piece; each piece must be of the same version. */
final class Content extends InputStream {
    private final Reader reader;
    private byte[] piece;
    private int at;
    private long next;
    private final long end;
    private boolean closed;

    /** Reads a piece of one version. */
    interface Reader {
        byte[] read(long from, long length) throws IOException;
    }

    /**
     * Reads on.
     *
     * @param first the first piece
     * @param next what comes after it
     * @param end where the part ends
     */
    Content(Reader reader, byte[] first, long next, long end) {
        this.reader = reader;
        this.piece = first;
        this.next = next;
        this.end = end;
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
        } else if (at == piece.length && !more()) {
            return -1;
        }
        int read = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, bytes, from, read);
        at += read;
        return read;
    }

    private boolean more() throws IOException {
        if (next >= end) {
            return false;
        }
        // So that not both are in memory.
        piece = new byte[0];
        at = 0;
        try {
            piece = reader.read(next, Math.min(AzureBlobs.READ, end - next));
        } catch (CopilotException failed) {
            throw new IOException(failed.getMessage());
        } catch (ChangedException replaced) {
            throw new IOException("the file was replaced or deleted while it was read; read it again");
        }
        if (piece.length == 0) {
            throw new IOException("the content ends " + (end - next) + " bytes too early");
        }
        next += piece.length;
        return true;
    }

    @Override
    public int available() {
        return piece.length - at;
    }

    @Override
    public void close() {
        closed = true;
        piece = new byte[0];
        at = 0;
        next = end;
    }
}
