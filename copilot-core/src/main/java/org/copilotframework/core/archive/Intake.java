package org.copilotframework.core.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source read once. What was hashed is what is kept, in memory or in a file of our own, so nothing that happens to the source
 * afterwards matters.
 *
 * @param digest SHA-256 in lower-case hex
 * @param size how many bytes
 * @param small the bytes, if they are few; the array may be longer
 * @param file the file they were copied to, if they are many
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Intake(
        String digest,
        int size,
        byte @Nullable [] small,
        @Nullable Path file) {
    /** Up to this size a source is kept in memory. */
    private static final int SMALL = 1 << 20;

    private static final MessageDigest SHA_256 = lookedUp();

    /** Where many bytes are copied to; asked for only then. */
    interface Target {
        Path file() throws IOException;
    }

    static Intake read(Path source, ArchiveLimits limits, Target target) throws IOException {
        BasicFileAttributes before = Files.readAttributes(source, BasicFileAttributes.class);
        if (!before.isRegularFile()) {
            throw notAFile();
        }
        if (before.size() > limits.archiveBytes()) {
            throw tooLarge(before.size(), limits.archiveBytes());
        }
        MessageDigest digest = sha256();
        Intake intake = before.size() <= SMALL
                ? small(source, (int) before.size(), digest)
                : large(source, target.file(), digest, limits);
        BasicFileAttributes after = Files.readAttributes(source, BasicFileAttributes.class);
        long read = intake.file() == null ? intake.size() : Files.size(intake.file());
        if (read != before.size()
                || after.size() != before.size()
                || !after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw new BadZipException(
                    "it changed while it was read; copy it under another name and rename it when it is whole");
        }
        return intake;
    }

    /** A copy of our own, read where it is. It was within the limits when it was taken. */
    static Intake own(Path file) throws IOException {
        return inPlace(file, Long.MAX_VALUE);
    }

    /** The same where it should hold what was just read: bytes that are equal need not be hashed. */
    static Intake own(Path file, Intake expected) throws IOException {
        byte[] small = expected.small();
        if (small == null || Files.size(file) != expected.size()) {
            return own(file);
        }
        ByteBuffer there = bytes(file, expected.size());
        boolean same = Arrays.equals(there.array(), 0, there.position(), small, 0, expected.size());
        return same ? new Intake(expected.digest(), there.position(), there.array(), null) : own(file);
    }

    /** Somebody's file, read where it is. */
    static Intake inPlace(Path file, ArchiveLimits limits) throws IOException {
        if (Files.isDirectory(file)) {
            throw notAFile();
        }
        return inPlace(file, limits.archiveBytes());
    }

    private static Intake inPlace(Path file, long limit) throws IOException {
        long size = Files.size(file);
        if (size > limit) {
            throw tooLarge(size, limit);
        }
        MessageDigest digest = sha256();
        if (size <= SMALL) {
            return small(file, (int) size, digest);
        }
        long read = pump(file, limit, digest, OutputStream.nullOutputStream());
        if (read > limit) {
            throw tooLarge(read, limit);
        }
        return new Intake(HexFormat.of().formatHex(digest.digest()), 0, null, file);
    }

    Bytes open() throws IOException {
        return small != null ? Bytes.of(small, size) : Bytes.of(Objects.requireNonNull(file));
    }

    private static Intake small(Path source, int expected, MessageDigest digest) throws IOException {
        ByteBuffer buffer = bytes(source, expected);
        digest.update(buffer.array(), 0, buffer.position());
        return new Intake(HexFormat.of().formatHex(digest.digest()), buffer.position(), buffer.array(), null);
    }

    private static ByteBuffer bytes(Path source, int expected) throws IOException {
        // One byte more than expected shows that the file has grown.
        ByteBuffer buffer = ByteBuffer.allocate(expected + 1);
        try (SeekableByteChannel in = Files.newByteChannel(source, StandardOpenOption.READ)) {
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = in.read(buffer);
            }
        }
        return buffer;
    }

    private static Intake large(Path source, Path target, MessageDigest digest, ArchiveLimits limits)
            throws IOException {
        try (OutputStream out =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = pump(source, limits.archiveBytes(), digest, out);
            if (size > limits.archiveBytes()) {
                throw tooLarge(size, limits.archiveBytes());
            }
        }
        return new Intake(HexFormat.of().formatHex(digest.digest()), 0, null, target);
    }

    private static long pump(Path source, long limit, MessageDigest digest, OutputStream out) throws IOException {
        byte[] chunk = new byte[1 << 16];
        long size = 0;
        try (SeekableByteChannel in = Files.newByteChannel(source, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.wrap(chunk);
            while (size <= limit && in.read(buffer.clear()) >= 0) {
                digest.update(chunk, 0, buffer.position());
                out.write(chunk, 0, buffer.position());
                size += buffer.position();
            }
        }
        return size;
    }

    private static BadZipException notAFile() {
        return new BadZipException("it is not a file; name a plugin's JAR or ZIP");
    }

    private static BadZipException tooLarge(long size, long limit) {
        return BadZipException.tooLarge("it has " + size + " bytes", limit + " bytes");
    }

    /** A copy of one that was looked up once: the look-up costs more than a small archive. */
    private static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            return lookedUp();
        }
    }

    private static MessageDigest lookedUp() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
