package org.copilotframework.core.encryption;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.jspecify.annotations.Nullable;

/** Keys in a store of files of their own, one file for each tenant. */
public final class FileKeys implements KeyPlace, AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int LONGEST = 20 << 10;
    private static final String PREFIX = "keys/";

    private final Blobs files;
    private final String setting;

    /**
     * Uses a store of files.
     *
     * @param files the store, which is closed with this
     * @param setting what chose it, for messages
     */
    public FileKeys(Blobs files, String setting) {
        this.files = files;
        this.setting = setting;
    }

    @Override
    public Optional<Kept> read(TenantId tenant) {
        try (Blob file =
                files.open(Encryption.KEYS, PREFIX + tenant, BlobRange.ALL).orElse(null)) {
            return file == null
                    ? Optional.empty()
                    : Optional.of(new Kept(
                            file.content().readNBytes(LONGEST), file.info().version()));
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    @Override
    public boolean write(TenantId tenant, byte[] content, @Nullable String expected) {
        BlobOptions condition = expected == null ? BlobOptions.NONE.ifAbsent() : BlobOptions.NONE.ifVersion(expected);
        try {
            files.write(Encryption.KEYS, PREFIX + tenant, condition, out -> out.write(content));
            return true;
        } catch (ConflictException other) {
            return false;
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    @Override
    public boolean delete(TenantId tenant) {
        try {
            return files.delete(Encryption.KEYS, PREFIX + tenant);
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    @Override
    public List<TenantId> list(@Nullable TenantId after, int limit) {
        try {
            return KeyNames.page(
                    PREFIX,
                    after,
                    last -> files.list(Encryption.KEYS, PREFIX, last, limit).stream()
                            .map(BlobEntry::name)
                            .toList());
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    private UnavailableException unavailable(IOException failed) {
        return new UnavailableException(
                "the place of the keys fails (copilot.encryption.keys=" + setting + "): " + failed, RETRY, failed);
    }

    @Override
    public void close() {
        files.close();
    }

    @Override
    public String toString() {
        return setting + " (copilot.encryption.keys)";
    }
}
