package org.copilotframework.storage.gcs;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.BlobWriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;

/**
 * Writes one object. What fits into one chunk is sent at the end, in one request; more is sent chunk by chunk meanwhile and becomes
 * an object with the last.
 */
final class Upload extends org.copilotframework.storage.objects.Upload {
    private static final String GONE =
            "the file cannot be written: the service has ended its upload, as it does after a week; write it again";

    private final Bucket bucket;
    private final Calls calls;
    private final UploadSessions sessions;
    private final String object;
    private final BlobOptions options;
    private final Map<String, String> metadata;

    private @Nullable BlobWriteSession session;
    private @Nullable WritableByteChannel channel;
    private @Nullable String address;
    private boolean ending;

    Upload(
            Bucket bucket,
            Calls calls,
            UploadSessions sessions,
            String object,
            BlobOptions options,
            Map<String, String> metadata,
            int chunk) {
        super(chunk);
        this.bucket = bucket;
        this.calls = calls;
        this.sessions = sessions;
        this.object = object;
        this.options = options;
        this.metadata = metadata;
    }

    @Override
    protected void send(byte[] bytes, int length) throws IOException {
        try (UploadSessions.Watch watch = sessions.watch()) {
            try {
                // Without an address it is the bucket that is not there.
                calls.on(
                        () -> address != null || watch.address() != null,
                        GONE,
                        () -> write(ByteBuffer.wrap(bytes, 0, length)));
            } finally {
                address = address == null ? watch.address() : address;
            }
        }
    }

    private WritableByteChannel write(ByteBuffer content) throws IOException {
        WritableByteChannel open = channel;
        if (open == null) {
            BlobWriteSession begun = bucket.begin(object, options, metadata);
            session = begun;
            open = begun.open();
            channel = open;
        }
        while (content.hasRemaining()) {
            open.write(content);
        }
        return open;
    }

    /** Makes the object. It knows the content's digest if that was known before the first byte was sent. */
    BlobInfo finish(String sha256) throws IOException {
        BlobWriteSession begun = session;
        if (begun == null) {
            Map<String, String> known = FileInfo.KEPT.with(metadata, sha256);
            return calls.of(() -> bucket.write(object, options, known, last(), lastLength()));
        }
        ending = true;
        send(last(), lastLength());
        return calls.on(() -> true, GONE, () -> {
            WritableByteChannel open = channel;
            if (open != null) {
                open.close();
            }
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

    String digest() {
        return sha256();
    }

    /** Whether the last chunk of several may be there, though its answer is not. */
    boolean isEnding() {
        return ending;
    }

    /** What was sent is of no use any more. */
    void abandon() {
        if (address != null) {
            sessions.cancel(address);
        }
    }
}
