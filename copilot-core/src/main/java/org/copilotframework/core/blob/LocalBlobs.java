package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.core.file.Durable;
import org.jspecify.annotations.Nullable;

/**
 * Files in a local folder, one folder for each tenant. A symbolic link below the root is not followed: what lies behind it is
 * not there. Several processes may use one root.
 */
public final class LocalBlobs implements Blobs {
    private final Path root;
    private final BlobFolders folders;
    private final UnfinishedFiles unfinished;
    private final WriteLocks locks;

    /**
     * Uses a folder, which is made with the first write.
     *
     * @param root the folder
     */
    public LocalBlobs(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.folders = new BlobFolders(this.root);
        // No tenant's name begins with a dot.
        this.unfinished = new UnfinishedFiles(this.root.resolve(".unfinished"));
        this.locks = new WriteLocks(this.root.resolve(".locks"));
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        BlobPath.check(name, BlobPath.MAX_NAME);
        Path file = BlobPath.of(root, tenant, name);
        Path folder = Objects.requireNonNull(file.getParent());
        folders.make(folder);
        Path growing = unfinished.begin();
        try {
            BlobFile known = GrowingBlob.write(growing, options, writer);
            BlobInfo info = known.info(name);
            return locks.holding(lockOf(tenant, name), () -> {
                demand(tenant, name, options);
                folders.place(growing, file);
                Durable.forceFolder(folder);
                return info;
            });
        } finally {
            Files.deleteIfExists(growing);
        }
    }

    /** The same wherever the folder is mounted. */
    private static String lockOf(TenantId tenant, String name) {
        return tenant.value() + "/" + name;
    }

    private void demand(TenantId tenant, String name, BlobOptions options) throws IOException {
        String expected = options.onlyIfVersion();
        if (expected != null || options.onlyIfAbsent()) {
            demand(name, expected, stat(tenant, name).orElse(null));
        }
    }

    /** Demands a version, or none if it is null. */
    private static void demand(String name, @Nullable String expected, @Nullable BlobInfo found) {
        if (expected == null ? found != null : found == null || !found.version().equals(expected)) {
            throw new ConflictException("file '" + name + "' "
                    + (found == null ? "is not there" : "has version " + found.version()) + ", and "
                    + (expected == null ? "should not be there" : "version " + expected + " was expected")
                    + "; read it again");
        }
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        Path file = find(tenant, name);
        FileChannel channel = file == null ? null : FileAtPath.channel(file);
        if (channel == null) {
            return Optional.empty();
        }
        try {
            BlobFile known = BlobFile.read(channel);
            if (known != null) {
                return Optional.of(
                        new Blob(known.info(name), new BlobPart(channel, range.from(), range.within(known.size()))));
            }
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
        channel.close();
        return Optional.empty();
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        try (Blob blob = open(tenant, name, BlobRange.ALL).orElse(null)) {
            return Optional.ofNullable(blob).map(Blob::info);
        }
    }

    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) throws IOException {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(after, "after");
        if (limit < 1 || limit > MAX_PAGE) {
            throw new InvalidRequestException("limit: must be from 1 to " + MAX_PAGE + ", not " + limit);
        }
        Path folder = BlobPath.of(root, tenant);
        if (!folders.hold(folder)) {
            return List.of();
        }
        return new BlobPage(name -> BlobPath.of(root, tenant, name), prefix, after, limit).read(folder);
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) throws IOException {
        Path file = find(tenant, name);
        if (file == null) {
            return false;
        }
        return locks.holding(lockOf(tenant, name), () -> {
            if (ifVersion != null) {
                BlobInfo found = stat(tenant, name).orElse(null);
                if (found == null) {
                    return false;
                }
                demand(name, ifVersion, found);
            }
            boolean deleted = Files.deleteIfExists(file);
            if (deleted) {
                folders.tidy(Objects.requireNonNull(file.getParent()), BlobPath.of(root, tenant));
            }
            return deleted;
        });
    }

    /** With what lies in the tenant's folder and is none of ours. */
    @Override
    public long erase(TenantId tenant) throws IOException {
        long erased = Blobs.super.erase(tenant);
        Path folder = BlobPath.of(root, tenant);
        if (folders.hold(folder)) {
            folders.delete(folder);
        }
        return erased;
    }

    /** Demands that files can be written, and makes none. */
    @Override
    public void check() {
        Path there = root;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw new InvalidRequestException(
                    "copilot.blobs.bucket (in the environment STORAGE_BUCKET): files are kept in " + root + ", and "
                            + there + " is no folder that this user may write; name another");
        }
    }

    /** Content and names are forced to the disk; names only where folders can be, which is not so on Windows. */
    @Override
    public Durability durability() {
        return Durable.posix(root) ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
    }

    /** Holds nothing. */
    @Override
    public void close() {}

    /** The path of a file that is there, or null. */
    private @Nullable Path find(TenantId tenant, String name) throws IOException {
        BlobPath.check(name, BlobPath.MAX_NAME);
        Path file = BlobPath.of(root, tenant, name);
        boolean there = folders.hold(Objects.requireNonNull(file.getParent())) && FileAtPath.attributes(file) != null;
        return there ? file : null;
    }
}
