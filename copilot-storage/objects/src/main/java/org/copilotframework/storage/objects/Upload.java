package org.copilotframework.storage.objects;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written. One part of it is in memory; full ones are sent as they come, and the last one, which is the only
 * one of a small file, when the writer is done. Whatever fails stays: no file of which bytes are missing, even if the writer goes
 * on after it.
 */
public abstract class Upload extends OutputStream {
    private static final int FIRST = 1 << 16;

    private final int most;
    private final MessageDigest digest = Digests.sha256();
    private byte[] part;
    private int filled;
    private long size;
    private @Nullable Throwable failure;
    private boolean ended;

    /**
     * Begins a file.
     *
     * @param most how many bytes a part has
     */
    protected Upload(int most) {
        this.most = most;
        this.part = new byte[Math.min(FIRST, most)];
    }

    /**
     * Sends a part, which is not the last one; with it the file is one of several parts.
     *
     * @param bytes the array that has it, from its beginning; it is used again afterwards
     * @param length how many bytes it has
     * @throws IOException if it cannot be sent
     */
    protected abstract void send(byte[] bytes, int length) throws IOException;

    /**
     * Lets the writer write, and demands that all of it is there.
     *
     * @param writer writes the content
     * @throws IOException what failed first: the writer, or the store, of which the writer may have heard
     */
    public final void takeFrom(BlobWriter writer) throws IOException {
        try {
            writer.writeTo(this);
        } catch (IOException | RuntimeException failed) {
            report();
            throw failed;
        } finally {
            ended = true;
        }
        report();
    }

    @Override
    public final void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public final void write(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (ended) {
            throw new IOException("the file is written already");
        } else if (failure != null) {
            throw new IOException("an earlier part could not be stored");
        }
        try {
            take(bytes, from, length);
        } catch (CopilotException | ChangedException refused) {
            // The writer hears of it as of any stream; the caller of the store gets it as it is.
            failure = refused;
            throw new IOException(refused.getMessage());
        } catch (Throwable failed) {
            // Whatever it is: some bytes may be missing, or would come twice.
            failure = failed;
            throw failed;
        }
    }

    private void take(byte[] bytes, int from, int length) throws IOException {
        digest.update(bytes, from, length);
        size += length;
        int at = from;
        int end = from + length;
        while (at < end) {
            if (filled == most) {
                send(part, filled);
                filled = 0;
            } else if (filled == part.length) {
                part = Arrays.copyOf(part, (int) Math.min(most, part.length * 4L));
            }
            int piece = Math.min(part.length - filled, end - at);
            System.arraycopy(bytes, at, part, filled, piece);
            filled += piece;
            at += piece;
        }
    }

    private void report() throws IOException {
        if (failure instanceof IOException failed) {
            throw failed;
        } else if (failure instanceof RuntimeException refused) {
            throw refused;
        } else if (failure instanceof Error failed) {
            throw failed;
        }
    }

    /** Does nothing: the writer may close what it was given, and there is more to do. */
    @Override
    public final void close() {}

    /**
     * What was not sent: the last part.
     *
     * @return the array that has it, from its beginning
     */
    protected final byte[] last() {
        return part;
    }

    /**
     * How long it is.
     *
     * @return how many bytes of {@link #last()}, from 0
     */
    protected final int lastLength() {
        return filled;
    }

    /**
     * How many bytes were written.
     *
     * @return from 0
     */
    public final long size() {
        return size;
    }

    /**
     * The digest of what was written.
     *
     * @return in hex digits; to be asked once
     */
    protected final String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
