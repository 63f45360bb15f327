package org.copilotframework.storage.azure;

import com.azure.storage.blob.models.BlockBlobItem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;

/**
 * Writes one blob. What fits into one chunk is sent at the end, in one request; more is sent as blocks meanwhile, of which a last
 * request makes a blob. Blocks of which none is made are left alone: the service deletes them.
 */
final class Upload extends OutputStream {
    private static final int FIRST = 1 << 16;
    /** How many blocks a blob may have. */
    private static final int MAX_BLOCKS = 50_000;

    private final Container container;
    private final Calls calls;
    private final String blob;
    private final BlobOptions options;
    private final Map<String, String> metadata;
    private final int chunk;
    private final MessageDigest digest = Sha256.start();
    /** So that blocks of two who write at the same time are told apart; all names of blocks have one length. */
    private final String own = UUID.randomUUID().toString();

    private final List<String> blocks = new ArrayList<>();
    private byte[] buffer;
    private int filled;
    private long size;
    private @Nullable Throwable failure;

    Upload(
            Container container,
            Calls calls,
            String blob,
            BlobOptions options,
            Map<String, String> metadata,
            int chunk) {
        this.container = container;
        this.calls = calls;
        this.blob = blob;
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
        size += length;
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
        if (blocks.size() == MAX_BLOCKS) {
            throw new IOException("a blob has at most " + MAX_BLOCKS + " blocks of " + (chunk >> 20)
                    + " MiB (copilot.blobs.azure.chunk-mib)");
        }
        String block = Base64.getEncoder()
                .encodeToString(String.format("%s-%05d", own, blocks.size())
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        calls.of(() -> {
            container.stage(blob, block, ByteBuffer.wrap(buffer, 0, filled));
            return block;
        });
        blocks.add(block);
        filled = 0;
    }

    /** What its writer failed by: the store, of which the writer only heard. */
    void report() throws IOException {
        if (failure instanceof IOException failed) {
            throw failed;
        } else if (failure instanceof RuntimeException refused) {
            throw refused;
        } else if (failure instanceof Error failed) {
            throw failed;
        }
    }

    /** The digest of what was written; to be asked once. */
    String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    long size() {
        return size;
    }

    /** Whether blocks were sent, which another who writes the same file makes the service forget. */
    boolean inBlocks() {
        return !blocks.isEmpty();
    }

    /** Makes the blob. */
    BlockBlobItem finish(String sha256) throws IOException {
        report();
        Map<String, String> known = FileInfo.with(metadata, sha256);
        if (blocks.isEmpty()) {
            return calls.of(() -> container.write(blob, options, known, ByteBuffer.wrap(buffer, 0, filled)));
        }
        if (filled > 0) {
            send();
        }
        return calls.of(() -> container.commit(blob, options, known, blocks));
    }

    /** The writer may close what it was given; there is more to do. */
    @Override
    public void close() {}
}
