package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.azure.storage.blob.models.BlockBlobItem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobOptions;

/**
 * Writes one blob. What fits into one chunk is sent at the end, in one request; more is sent as blocks meanwhile, of which a last
 * request makes a blob. Blocks of which none is made are left alone: the service deletes them.
 */
final class Upload extends org.copilotframework.storage.objects.Upload {
    /** How many blocks a blob may have. */
    private static final int MAX_BLOCKS = 50_000;

    private final Container container;
    private final Calls calls;
    private final String blob;
    private final BlobOptions options;
    private final Map<String, String> metadata;
    private final int chunk;
    /** So that blocks of two who write at the same time are told apart; all names of blocks have one length. */
    private final String own = UUID.randomUUID().toString();

    private final List<String> blocks = new ArrayList<>();

    Upload(
            Container container,
            Calls calls,
            String blob,
            BlobOptions options,
            Map<String, String> metadata,
            int chunk) {
        super(chunk);
        this.container = container;
        this.calls = calls;
        this.blob = blob;
        this.options = options;
        this.metadata = metadata;
        this.chunk = chunk;
    }

    @Override
    protected void send(byte[] bytes, int length) throws IOException {
        if (blocks.size() == MAX_BLOCKS) {
            throw new InvalidRequestException("a file has at most " + MAX_BLOCKS + " blocks of " + (chunk >> 20)
                    + " MiB, as copilot.blobs.azure.chunk-mib says, and this one has more");
        }
        String block = Base64.getEncoder()
                .encodeToString(String.format("%s-%05d", own, blocks.size()).getBytes(US_ASCII));
        calls.of(() -> {
            container.stage(blob, block, ByteBuffer.wrap(bytes, 0, length));
            return block;
        });
        blocks.add(block);
    }

    String digest() {
        return sha256();
    }

    /** Makes the blob. */
    BlockBlobItem finish(String sha256) throws IOException {
        Map<String, String> known = FileInfo.KEPT.with(metadata, sha256);
        if (blocks.isEmpty()) {
            return calls.of(() -> container.write(blob, options, known, ByteBuffer.wrap(last(), 0, lastLength())));
        }
        if (lastLength() > 0) {
            send(last(), lastLength());
        }
        return calls.of(() -> container.commit(blob, options, known, blocks));
    }
}
