package org.copilotframework.core.blob;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobWriter;

/** A file that nobody sees yet. */
final class GrowingBlob extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest = sha256();
    private long size;
    private volatile boolean written;

    private GrowingBlob(OutputStream out) {
        this.out = out;
    }

    /** Writes the whole file; it is on the disk before its name is, so no crash leaves a name with half a content. */
    static BlobFile write(Path file, BlobOptions options, BlobWriter writer) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            GrowingBlob blob = new GrowingBlob(out);
            writer.writeTo(blob);
            blob.written = true;
            BlobFile known = new BlobFile(
                    blob.size,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS),
                    UUID.randomUUID().toString(),
                    HexFormat.of().formatHex(blob.digest.digest()),
                    options.contentType(),
                    options.metadata());
            out.write(known.trailer());
            out.flush();
            channel.force(true);
            return known;
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (written) {
            throw new IOException("the file is written already");
        }
        out.write(bytes, from, length);
        digest.update(bytes, from, length);
        size += length;
    }

    @Override
    public void flush() throws IOException {
        if (!written) {
            out.flush();
        }
    }

    /** The writer may close what it was given; there is more to write. */
    @Override
    public void close() throws IOException {
        flush();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
