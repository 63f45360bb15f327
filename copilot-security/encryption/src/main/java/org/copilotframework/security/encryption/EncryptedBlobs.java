package org.copilotframework.security.encryption;

import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.jspecify.annotations.Nullable;

/** A store of files whose content, media type and metadata are encrypted; names, and sizes more or less, are not. */
final class EncryptedBlobs implements Blobs {
    /** How often a file is opened anew that is replaced between the look at its content and the one at its end. */
    private static final int TRIES = 20;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Blobs plain;
    private final DataKeys keys;

    EncryptedBlobs(Blobs plain, DataKeys keys) {
        this.plain = plain;
        this.keys = keys;
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        BlobOptions condition = BlobOptions.NONE;
        if (options.onlyIfAbsent()) {
            condition = condition.ifAbsent();
        } else if (options.onlyIfVersion() != null) {
            condition = condition.ifVersion(options.onlyIfVersion());
        }
        // Before anything is begun in the store, so that a key that cannot be had leaves nothing there.
        TenantKey key = keys.forWriting(tenant);
        AtomicReference<@Nullable FileEnd> written = new AtomicReference<>();
        BlobInfo stored = plain.write(tenant, name, condition, out -> {
            SealingOutput sealing = new SealingOutput(out, key.files(), bound(tenant, name, key));
            writer.writeTo(sealing);
            FileEnd end = sealing.end(options.contentType(), options.metadata());
            demandStill(tenant, name, key);
            out.write(end.sealed(tenant, name, key));
            written.set(end);
        });
        return Objects.requireNonNull(written.get()).info(stored);
    }

    /** To write may take hours: a file whose tenant was erased meanwhile would be one that nobody can read. */
    private void demandStill(TenantId tenant, String name, TenantKey key) throws IOException {
        if (keys.named(tenant, key.id(), 0).isEmpty()) {
            throw new IOException(
                    "file '" + name + "' of tenant '" + tenant
                            + "' is not written: the key that it was begun with is gone, as after an erase of the tenant; write it anew");
        }
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Blob body = plain.open(tenant, name, FileForm.segments(range)).orElse(null);
            if (body == null) {
                return Optional.empty();
            }
            boolean given = false;
            try {
                byte[] end = end(tenant, name, body.info());
                if (end != null) {
                    Blob opened = opened(tenant, name, range, body, end);
                    given = true;
                    return Optional.of(opened);
                }
            } finally {
                if (!given) {
                    body.close();
                }
            }
        }
        throw new IOException(
                "file '" + name + "' is replaced all the time, and could not be read as one; read it again");
    }

    private Blob opened(TenantId tenant, String name, BlobRange range, Blob body, byte[] stored) throws IOException {
        FileEnd end = FileEnd.opened(tenant, name, stored, body.info().size() - FileEnd.LENGTH, keys);
        if (range.within(end.size()) == 0) {
            body.close();
            return new Blob(end.info(body.info()), InputStream.nullInputStream());
        }
        TenantKey key = FileEnd.key(tenant, name, stored, keys);
        try {
            StreamSegmentDecrypter decrypter = key.files().newStreamSegmentDecrypter();
            decrypter.init(ByteBuffer.wrap(end.header()), bound(tenant, name, key));
            String file = "file '" + name + "' of tenant '" + tenant + "'";
            return new Blob(
                    end.info(body.info()), new SegmentInput(file, body.content(), decrypter, range, end.size()));
        } catch (GeneralSecurityException changed) {
            throw DamagedFileException.changed("file '" + name + "' of tenant '" + tenant + "'", changed);
        }
    }

    /** The end of a file as it is stored; null if the file was replaced since. */
    private byte @Nullable [] end(TenantId tenant, String name, BlobInfo of) throws IOException {
        long from = Math.max(0, of.size() - FileEnd.LENGTH);
        try (Blob end =
                plain.open(tenant, name, new BlobRange(from, FileEnd.LENGTH)).orElse(null)) {
            return end != null && end.info().version().equals(of.version())
                    ? end.content().readNBytes(FileEnd.LENGTH)
                    : null;
        }
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            BlobInfo stored = plain.stat(tenant, name).orElse(null);
            if (stored == null) {
                return Optional.empty();
            }
            byte[] end = end(tenant, name, stored);
            if (end != null) {
                return Optional.of(FileEnd.opened(tenant, name, end, stored.size() - FileEnd.LENGTH, keys)
                        .info(stored));
            }
        }
        throw new IOException("file '" + name + "' is replaced all the time, and could not be looked at; try again");
    }

    /** The sizes are those that what is stored tells; they are authenticated when a file is looked at or opened. */
    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) throws IOException {
        return plain.list(tenant, prefix, after, limit).stream()
                .map(entry -> new BlobEntry(entry.name(), FileForm.size(entry.size()), entry.modified()))
                .toList();
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) throws IOException {
        return plain.delete(tenant, name, ifVersion);
    }

    @Override
    public long erase(TenantId tenant) throws IOException {
        return plain.erase(tenant);
    }

    /** There is none: whoever reads by it would get what is stored, and has no key. */
    @Override
    public Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException("validity: must be from 1 second to 7 days, not " + validity);
        }
        return Optional.empty();
    }

    @Override
    public void check() {
        plain.check();
    }

    @Override
    public Durability durability() {
        return plain.durability();
    }

    @Override
    public void close() {
        plain.close();
    }

    private static byte[] bound(TenantId tenant, String name, TenantKey key) {
        return Bound.to("file").and(tenant.value()).and(name).and(key.id()).bytes();
    }
}
