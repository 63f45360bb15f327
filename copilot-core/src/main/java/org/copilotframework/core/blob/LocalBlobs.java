package org.copilotframework.core.blob;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.jspecify.annotations.Nullable;

/**
 * Files in a local folder, one folder for each tenant. A symbolic link below the root is not followed: what lies behind it is
 * not there. Several processes may use one root.
 */
public final class LocalBlobs implements Blobs {
    private static final int MAX_PAGE = 1000;

    private final Path root;
    private final RootLock lock;
    private final UnfinishedFiles unfinished;

    /**
     * Uses a folder, which is made with the first write.
     *
     * @param root the folder
     */
    public LocalBlobs(Path root) {
        this.root = root.toAbsolutePath().normalize();
        // No tenant's name begins with a dot.
        this.lock = new RootLock(this.root.resolve(".lock"));
        this.unfinished = new UnfinishedFiles(this.root.resolve(".unfinished"));
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobWriter writer) throws IOException {
        BlobPath.check(name, BlobPath.MAX_NAME);
        Path file = BlobPath.of(root, tenant, name);
        makeFolders(Objects.requireNonNull(file.getParent()));
        Path growing = unfinished.begin();
        try {
            writeAll(growing, writer);
            BlobInfo info = describe(name, Files.readAttributes(growing, BasicFileAttributes.class));
            Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return info;
        } finally {
            Files.deleteIfExists(growing);
        }
    }

    @Override
    public Optional<BlobInfo> writeIf(TenantId tenant, String name, @Nullable String expected, BlobWriter writer)
            throws IOException {
        BlobPath.check(name, BlobPath.MAX_NAME);
        Path file = BlobPath.of(root, tenant, name);
        makeFolders(Objects.requireNonNull(file.getParent()));
        Path growing = unfinished.begin();
        try {
            writeAll(growing, writer);
            try (RootLock.Held unused = lock.take()) {
                BasicFileAttributes there = attributes(file);
                if (!Objects.equals(expected, there == null ? null : tag(there))) {
                    return Optional.empty();
                }
                if (there != null) {
                    makeLater(growing, there.lastModifiedTime());
                }
                BlobInfo info = describe(name, Files.readAttributes(growing, BasicFileAttributes.class));
                Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return Optional.of(info);
            }
        } finally {
            Files.deleteIfExists(growing);
        }
    }

    /** A clock that stands still between two writes, or goes back, must not give a tag that was there before. */
    private static void makeLater(Path growing, FileTime before) throws IOException {
        Instant earliest = before.toInstant().plusMillis(1);
        if (Files.getLastModifiedTime(growing).toInstant().isBefore(earliest)) {
            Files.setLastModifiedTime(growing, FileTime.from(earliest));
        }
    }

    /** The content is on the disk before its name is, so no crash leaves a name with half a content. */
    private static void writeAll(Path growing, BlobWriter writer) throws IOException {
        try (FileChannel channel = FileChannel.open(growing, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            writer.writeTo(new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                @Override
                public void close() throws IOException {
                    flush();
                }
            });
            out.flush();
            channel.force(true);
        }
    }

    @Override
    public Optional<InputStream> read(TenantId tenant, String name) throws IOException {
        Path file = find(tenant, name);
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        Path file = find(tenant, name);
        BasicFileAttributes attributes = file == null ? null : attributes(file);
        return attributes == null ? Optional.empty() : Optional.of(describe(name, attributes));
    }

    @Override
    public List<BlobInfo> list(TenantId tenant, String prefix, String after, int limit) throws IOException {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(after, "after");
        if (limit < 1 || limit > MAX_PAGE) {
            throw new InvalidRequestException("limit: must be from 1 to " + MAX_PAGE + ", not " + limit);
        }
        Path folder = BlobPath.of(root, tenant);
        if (!isFolderWithin(folder)) {
            return List.of();
        }
        return new BlobPage(name -> BlobPath.of(root, tenant, name), prefix, after, limit).read(folder);
    }

    @Override
    public boolean delete(TenantId tenant, String name) throws IOException {
        Path file = find(tenant, name);
        return file != null && Files.deleteIfExists(file);
    }

    /** Holds nothing. */
    @Override
    public void close() {}

    static BlobInfo describe(String name, BasicFileAttributes attributes) {
        return new BlobInfo(
                name, attributes.size(), attributes.lastModifiedTime().toInstant(), tag(attributes));
    }

    private static String tag(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().toInstant() + "/" + attributes.size() + "/"
                + Integer.toHexString(Objects.hashCode(attributes.fileKey()));
    }

    /** The attributes of what is there itself, or null if it is not a file. */
    static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes : null;
        } catch (NoSuchFileException absent) {
            return null;
        }
    }

    /** The path of a file that is there, or null. */
    private @Nullable Path find(TenantId tenant, String name) throws IOException {
        BlobPath.check(name, BlobPath.MAX_NAME);
        Path file = BlobPath.of(root, tenant, name);
        boolean there = isFolderWithin(Objects.requireNonNull(file.getParent())) && attributes(file) != null;
        return there ? file : null;
    }

    /** Whether each step from the root to a folder is a folder itself, not a link to one. */
    private boolean isFolderWithin(Path folder) {
        Path step = root;
        for (Path entry : root.relativize(folder)) {
            step = step.resolve(entry);
            if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return true;
    }

    /** Makes folders one by one, so that none is made behind a link. */
    private void makeFolders(Path folder) throws IOException {
        Files.createDirectories(root);
        Path step = root;
        for (Path entry : root.relativize(folder)) {
            step = step.resolve(entry);
            if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    Files.createDirectory(step);
                } catch (FileAlreadyExistsException existing) {
                    if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                        throw new IOException(step + " is in the way: it is not a folder; remove it", existing);
                    }
                }
            }
        }
    }
}
