package org.copilotframework.storage.gcs;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.BlobWriteSession;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;

/**
 * Writes one object. What fits into one chunk is sent at the end, in one request; more is sent chunk by chunk meanwhile and becomes
 * an object with the last. One that is not finished is left alone: the service forgets it.
 */
final class Upload extends OutputStream {
    private static final int FIRST = 1 << 16;

    private final Bucket bucket;
    private final Calls calls;
    private final String object;
    private final BlobOptions options;
    private final Map<String, String> metadata;
    private final int chunk;
    private final MessageDigest digest = Sha256.start();

    private byte[] buffer;
    private int filled;
    private @Nullable BlobWriteSession session;
    private @Nullable WritableByteChannel channel;
    private @Nullable Throwable failure;

    Upload(Bucket bucket, Calls calls, String object, BlobOptions options, Map<String, String> metadata, int chunk) {
        this.bucket = bucket;
        this.calls = calls;
        this.object = object;
        this.options = options;
        this.metadata = metadata;
        this.chunk = chunk;
        this.buffer = new byte[Math.min(FIRST, chunk)];
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (failure != null) {
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
        int at = from;
        int end = from + length;
        while (at < end) {
            if (filled == chunk) {
                send();
            } else if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, (int) Math.min(chunk, buffer.length * 4L));
            }
            int piece = Math.min(buffer.length - filled, end - at);
            System.arraycopy(bytes, at, buffer, filled, piece);
            filled += piece;
            at += piece;
        }
    }

    private void send() throws IOException {
        calls.of(() -> {
            WritableByteChannel open = channel;
            if (open == null) {
                BlobWriteSession begun = bucket.begin(object, options, metadata);
                session = begun;
                open = begun.open();
                channel = open;
            }
            ByteBuffer content = ByteBuffer.wrap(buffer, 0, filled);
            while (content.hasRemaining()) {
                open.write(content);
            }
            return open;
        });
        filled = 0;
    }

    /** What its writer failed by, or the store before it, of which the writer only heard. */
    void report() throws IOException {
        if (failure instanceof IOException failed) {
            throw failed;
        } else if (failure instanceof RuntimeException refused) {
            throw refused;
        } else if (failure instanceof Error failed) {
            throw failed;
        }
    }

    /** The digest of what was written until then; to be asked once. */
    String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Makes the object. It knows the content's digest if that was known before the first byte was sent. */
    BlobInfo finish(String sha256) throws IOException {
        report();
        WritableByteChannel open = channel;
        BlobWriteSession begun = session;
        if (open == null || begun == null) {
            Map<String, String> known = new HashMap<>(metadata);
            known.put(FileInfo.SHA256, sha256);
            return calls.of(() -> bucket.write(object, options, known, buffer, filled));
        }
        send();
        return calls.of(() -> {
            open.close();
            try {
                return begun.getResult().get();
            } catch (ExecutionException failed) {
                throw new IOException(failed.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", interrupted);
            }
        });
    }

    /** The writer may close what it was given; there is more to do. */
    @Override
    public void close() {}
}
