package org.copilotframework.storage.azure;

import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlockBlobItem;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.storage.objects.ChangedException;
import org.copilotframework.storage.objects.FileMetadata;
import org.copilotframework.storage.objects.Listing;
import org.copilotframework.storage.objects.ObjectNames;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;

/** Files in a container of Azure Blob Storage, one blob each. A file's version is its blob's ETag. */
final class AzureBlobs implements Blobs {
    /** How much is read at a time. */
    static final int READ = 4 << 20;

    /** A blob's name has 1,024 characters and 254 segments, where a name may have 512. */
    static final int MOST_OF_A_NAME = 240;

    private static final Pattern ETAG = Pattern.compile("[0-9A-Za-z._-]{1,100}");
    /** How often a file is looked for that grows and shrinks meanwhile. */
    private static final int LOOKS = 10;

    private final Container container;
    private final ObjectNames names;
    private final Calls calls;
    private final Container.@Nullable Signer signer;
    private final int chunk;

    AzureBlobs(Container container, Calls calls, Container.@Nullable Signer signer, AzureSettings settings) {
        this.container = container;
        this.names = new ObjectNames(settings.prefix(), MOST_OF_A_NAME, new AzureSpelling());
        this.calls = calls;
        this.signer = signer;
        this.chunk = settings.chunkMib() << 20;
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        String blob = names.of(tenant, name);
        String expected = options.onlyIfVersion();
        if (expected != null && !ETAG.matcher(expected).matches()) {
            throw conflict(name, expected, calls.find(container, blob));
        }
        Map<String, String> metadata = FileInfo.KEPT.of(options, names, name);
        Upload upload = new Upload(container, calls, blob, options, metadata, chunk);
        try {
            upload.takeFrom(writer);
            String sha256 = upload.digest();
            BlockBlobItem made = upload.finish(sha256);
            return FileInfo.of(
                    name,
                    upload.size(),
                    made.getLastModified(),
                    made.getETag(),
                    options.contentType(),
                    FileInfo.KEPT.with(options.metadata(), sha256));
        } catch (ChangedException changed) {
            BlobProperties found = calls.find(container, blob);
            if (found != null && FileInfo.KEPT.isOf(metadata, FileMetadata.told(found.getMetadata()))) {
                // Written by this call: an answer was lost on its way, so that the client sent the request again.
                return FileInfo.of(name, found);
            } else if (expected == null && !options.onlyIfAbsent()) {
                // At which the service forgets the blocks of this one.
                throw Refusals.collided(name);
            }
            throw conflict(name, expected, found);
        }
    }

    private static ConflictException conflict(String name, @Nullable String expected, @Nullable BlobProperties found) {
        return Refusals.conflict(name, expected, found == null ? null : FileInfo.version(found.getETag()));
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        return Optional.ofNullable(calls.find(container, names.of(tenant, name)))
                .map(found -> FileInfo.of(name, found));
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        return new Download(container, calls, name, names.of(tenant, name), range).open(LOOKS);
    }

    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) throws IOException {
        Listing page = new Listing(names, tenant, prefix, after, limit);
        return calls.of(() -> page.read((beginning, from, most) ->
                () -> StreamSupport.stream(container.list(beginning, from, most).spliterator(), false)
                        .map(blob -> new Listing.Item(
                                blob.getName(),
                                blob.getProperties().getContentLength(),
                                blob.getProperties().getLastModified().toInstant(),
                                () -> FileInfo.KEPT.rest(FileMetadata.told(blob.getMetadata()))))
                        .iterator()));
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) throws IOException {
        String blob = names.of(tenant, name);
        boolean seen = false;
        for (int look = 0; look < LOOKS; look++) {
            BlobProperties found = calls.find(container, blob);
            if (found == null) {
                return seen;
            }
            String version = FileInfo.version(found.getETag());
            if (ifVersion != null && !ifVersion.equals(version)) {
                throw conflict(name, ifVersion, found);
            }
            seen = true;
            try {
                // On a condition in any case: a request that is sent again, or comes late, deletes nobody's next file.
                calls.of(() -> container.delete(blob, version));
                return true;
            } catch (ChangedException replaced) {
                // Another look tells.
            }
        }
        throw Refusals.restless(name);
    }

    /** With what lies below the tenant's name and is none of ours. */
    @Override
    public long erase(TenantId tenant) throws IOException {
        return new Erasure(container, calls, names.folder(tenant)).run();
    }

    @Override
    public Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        Refusals.demandValidity(validity);
        String blob = names.of(tenant, name);
        Container.Signer known = signer;
        if (known == null) {
            return Optional.empty();
        }
        OffsetDateTime until = OffsetDateTime.now(ZoneOffset.UTC).plus(validity);
        try {
            return Optional.of(calls.of(() -> container.sign(blob, until, known)));
        } catch (IOException refused) {
            throw new UnavailableException("no URL could be signed: " + refused.getMessage(), Duration.ofSeconds(5));
        }
    }

    @Override
    public void check() {
        calls.tried(() ->
                container.list(names.anything(), names.anything(), 1).iterator().hasNext());
        if (calls.tried(container::isHierarchical)) {
            throw calls.failures().hierarchical();
        }
    }

    /** Azure answers when the content is stored three times. */
    @Override
    public Durability durability() {
        return Durability.POWER_LOSS;
    }

    @Override
    public void close() {
        calls.close();
    }
}
