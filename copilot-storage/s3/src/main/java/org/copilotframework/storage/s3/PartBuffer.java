package org.copilotframework.storage.s3;

import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;

/** The bytes of one part, which grow in pieces: a small file takes little memory, and nothing is copied. */
final class PartBuffer {
    private static final int PIECE = 1 << 16;

    private final int limit;
    private final List<byte[]> pieces = new ArrayList<>();
    private int size;

    PartBuffer(int limit) {
        this.limit = limit;
    }

    boolean isFull() {
        return size == limit;
    }

    int size() {
        return size;
    }

    /** Takes as many bytes as there is room for, and says how many. */
    int take(byte[] bytes, int from, int length) {
        int taken = Math.min(length, limit - size);
        for (int done = 0; done < taken; ) {
            if (size / PIECE == pieces.size()) {
                pieces.add(new byte[PIECE]);
            }
            int part = Math.min(taken - done, PIECE - size % PIECE);
            System.arraycopy(bytes, from + done, pieces.get(size / PIECE), size % PIECE, part);
            size += part;
            done += part;
        }
        return taken;
    }

    /** Forgets the bytes and keeps the room. */
    void clear() {
        size = 0;
    }

    /** The bytes as the body of a request, which may be sent again. */
    RequestBody body() {
        return RequestBody.fromContentProvider(Reading::new, size, "application/octet-stream");
    }

    /** By this S3 tells whether it got what was sent. */
    String md5() {
        MessageDigest md5 = Keys.digest("MD5");
        for (int done = 0; done < size; done += PIECE) {
            md5.update(pieces.get(done / PIECE), 0, Math.min(PIECE, size - done));
        }
        return Base64.getEncoder().encodeToString(md5.digest());
    }

    private final class Reading extends InputStream {
        private int at;
        private int marked;

        @Override
        public int read() {
            return at == size ? -1 : pieces.get(at / PIECE)[at++ % PIECE] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            if (length == 0) {
                return 0;
            } else if (at == size) {
                return -1;
            }
            int part = Math.min(Math.min(length, size - at), PIECE - at % PIECE);
            System.arraycopy(pieces.get(at / PIECE), at % PIECE, bytes, from, part);
            at += part;
            return part;
        }

        @Override
        public int available() {
            return size - at;
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        @Override
        public void mark(int readLimit) {
            marked = at;
        }

        @Override
        public void reset() {
            at = marked;
        }
    }
}
