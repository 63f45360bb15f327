package org.copilotframework.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.objects.OwnLoader;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A part of a file. If the connection breaks, the rest is asked for on another, of the same content or not at all. */
final class Download extends InputStream {
    private static final int ATTEMPTS = 3;

    private final Bucket bucket;
    private final Key key;
    private final String etag;
    private ResponseInputStream<GetObjectResponse> in;
    private long at;
    private long left;
    private boolean released;
    private boolean closed;

    /** With a response whose first byte is at a place of the file. */
    Download(Bucket bucket, Key key, String etag, ResponseInputStream<GetObjectResponse> in, long at, long left) {
        this.bucket = bucket;
        this.key = key;
        this.etag = etag;
        this.in = in;
        this.at = at;
        this.left = left;
        bucket.reading().incrementAndGet();
    }

    /**
     * Gives the connection back before another is asked for, if many are in use: else those who open files might hold them all while
     * each waits for one more. Who reads then asks for the same content again.
     */
    void makeRoom() {
        if (2 * bucket.reading().get() > bucket.settings().maxConnections()) {
            in.abort();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (closed) {
            throw new IOException("the file '" + key.name() + "' was closed");
        } else if (length == 0) {
            return 0;
        } else if (left == 0) {
            release();
            return -1;
        }
        int wanted = (int) Math.min(length, left);
        for (int attempt = 1; ; attempt++) {
            try {
                ResponseInputStream<GetObjectResponse> source = in;
                int read = OwnLoader.<Integer, IOException>within(() -> source.read(bytes, from, wanted));
                if (read < 0) {
                    throw new IOException("the connection to S3 ended " + left + " bytes early");
                }
                at += read;
                left -= read;
                if (left == 0) {
                    // Nobody needs the connection any more, and who reads may forget to close.
                    release();
                }
                return read;
            } catch (IOException | SdkException broken) {
                if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw new IOException(unread() + ": " + broken.getMessage(), broken);
                }
                in.abort();
                in = again();
            }
        }
    }

    private ResponseInputStream<GetObjectResponse> again() throws IOException {
        String range = "bytes=" + at + "-" + (at + left - 1);
        try {
            ResponseInputStream<GetObjectResponse> next = bucket.send(s3 -> s3.getObject(get ->
                    get.bucket(bucket.name()).key(key.text()).range(range).ifMatch(etag)));
            if (next.response().contentRange() == null && at > 0) {
                next.abort();
                throw new IOException(unread() + ": the server knows no ranges");
            }
            return next;
        } catch (SdkException failure) {
            if (ErrorNames.isOfCondition(failure)) {
                throw new IOException(
                        "the file '" + key.name() + "' was replaced or deleted while it was read; open it again",
                        failure);
            }
            throw bucket.failures().inStream(unread(), bucket.failures().translated(failure));
        } catch (UnavailableException closed) {
            throw bucket.failures().inStream(unread(), closed);
        }
    }

    private String unread() {
        return "the file '" + key.name() + "' cannot be read on";
    }

    @Override
    public int available() throws IOException {
        return closed || left == 0 ? 0 : (int) Math.min(left, in.available());
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (left > 0) {
            // To close it would read what is left.
            in.abort();
        }
        release();
    }

    private void release() throws IOException {
        if (!released) {
            released = true;
            bucket.reading().decrementAndGet();
            in.close();
        }
    }
}
