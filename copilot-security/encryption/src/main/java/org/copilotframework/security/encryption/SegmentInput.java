package org.copilotframework.security.encryption;

import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Objects;
import org.copilotframework.api.spi.blob.BlobRange;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts a range of a file, segment by segment: of none is a byte given out before it is authenticated as a whole, in its place, by
 * a number and by whether it is the last. Once a segment fails, so does each further read. Not safe for use by several threads.
 */
final class SegmentInput extends InputStream {
    private final String file;
    private final InputStream stored;
    private final StreamSegmentDecrypter decrypter;
    private final long size;
    private final byte[] sealed;
    private final ByteBuffer open;

    /** The segment that comes next. */
    private long segment;

    /** How many bytes of it belong to what was asked for, from its first on. */
    private long skip;

    private long left;
    private @Nullable IOException broken;

    /**
     * Begins.
     *
     * @param file for messages
     * @param stored what is stored, from the first segment of the range on
     * @param decrypter of this file
     * @param range what was asked for, which lies within the file
     * @param size how many bytes the file's content has
     */
    SegmentInput(String file, InputStream stored, StreamSegmentDecrypter decrypter, BlobRange range, long size) {
        this.file = file;
        this.stored = stored;
        this.decrypter = decrypter;
        this.size = size;
        this.left = range.within(size);
        this.segment = FileForm.segment(range.from());
        this.skip = range.from() - FileForm.begin(segment);
        int most = (int) Math.min(Ciphers.SEGMENT, FileForm.body(size));
        this.sealed = new byte[most];
        this.open = ByteBuffer.allocate(most).limit(0);
    }

    @Override
    public int read() throws IOException {
        return filled() ? take(1).get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (length == 0) {
            return 0;
        } else if (!filled()) {
            return -1;
        }
        int some = (int) Math.min(Math.min(length, open.remaining()), left);
        take(some).get(into, from, some);
        return some;
    }

    private ByteBuffer take(int some) {
        left -= some;
        return open;
    }

    @Override
    public int available() {
        return (int) Math.min(open.remaining(), left);
    }

    /** The end is told only of what was read to its end, never of what was closed before. */
    private boolean filled() throws IOException {
        if (broken != null) {
            throw new IOException(broken.getMessage(), broken);
        }
        while (left > 0 && !open.hasRemaining()) {
            try {
                decrypt();
            } catch (IOException failed) {
                broken = failed;
                throw failed;
            } catch (RuntimeException | Error failed) {
                broken = DamagedFileException.changed(file, failed);
                throw failed;
            }
        }
        return left > 0;
    }

    private void decrypt() throws IOException {
        int length = FileForm.length(segment, size);
        if (stored.readNBytes(sealed, 0, length) < length) {
            throw DamagedFileException.changed(file, null);
        }
        // What was given out before is gone, and what comes is shown only once all of it is authenticated.
        open.clear().limit(0);
        ByteBuffer into = open.duplicate().clear();
        try {
            boolean last = segment == FileForm.segments(size) - 1;
            decrypter.decryptSegment(ByteBuffer.wrap(sealed, 0, length), Math.toIntExact(segment), last, into);
        } catch (GeneralSecurityException changed) {
            throw DamagedFileException.changed(file, changed);
        }
        open.limit(into.position()).position((int) skip);
        skip = 0;
        segment++;
    }

    @Override
    public void close() throws IOException {
        if (broken == null) {
            broken = new IOException(file + " was closed; open it anew");
        }
        open.clear().limit(0);
        stored.close();
    }
}
