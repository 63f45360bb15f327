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
import java.util.Objects;
import java.util.UUID;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.jspecify.annotations.Nullable;

/** A file that nobody sees yet. Whatever fails stays: no file of which bytes are missing, even if the writer goes on after it. */
final class GrowingBlob extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest = sha256();
    private long size;
    private @Nullable Throwable failure;
    private volatile boolean written;

    private GrowingBlob(OutputStream out) {
        this.out = out;
    }

    /** Writes the whole file; it is on the disk before its name is, so no crash leaves a name with half a content. */
    static BlobFile write(Path file, BlobOptions options, BlobWriter writer) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            GrowingBlob blob = filled(out, writer);
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

    /** Lets the writer write, and demands that all of it is there. */
    static GrowingBlob filled(OutputStream out, BlobWriter writer) throws IOException {
        GrowingBlob blob = new GrowingBlob(out);
        try {
            writer.writeTo(blob);
        } catch (IOException | RuntimeException failed) {
            blob.report();
            throw failed;
        } finally {
            blob.written = true;
        }
        blob.report();
        return blob;
    }

    private void report() throws IOException {
        if (failure instanceof IOException failed) {
            throw failed;
        } else if (failure instanceof RuntimeException failed) {
            throw failed;
        } else if (failure instanceof Error failed) {
            throw failed;
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (written) {
            throw new IOException("the file is written already");
        }
        demandWhole();
        try {
            out.write(bytes, from, length);
        } catch (Throwable failed) {
            // Nobody knows how many of them were written.
            failure = failed;
            throw failed;
        }
        digest.update(bytes, from, length);
        size += length;
    }

    @Override
    public void flush() throws IOException {
        if (written) {
            return;
        }
        demandWhole();
        try {
            out.flush();
        } catch (Throwable failed) {
            failure = failed;
            throw failed;
        }
    }

    private void demandWhole() throws IOException {
        if (failure != null) {
            throw new IOException("an earlier part could not be stored");
        }
    }

    /** The writer may close what it was given; there is more to write. */
    @Override
    public void close() throws IOException {
        if (failure == null) {
            flush();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
