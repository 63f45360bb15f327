package org.copilotframework.storage.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.BlockBlobItem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
    /** No blob is as long. */
    private static final long BEHIND_ALL = 1L << 50;
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
            throw conflict(name, expected, find(blob));
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
            BlobProperties found = find(blob);
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

    private @Nullable BlobProperties find(String blob) throws IOException {
        return calls.of(() -> Optional.ofNullable(container.find(blob))).orElse(null);
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        return Optional.ofNullable(find(names.of(tenant, name))).map(found -> FileInfo.of(name, found));
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        String blob = names.of(tenant, name);
        for (int look = 0; look < LOOKS; look++) {
            Blob opened = range.from() < BEHIND_ALL ? opened(blob, name, range) : null;
            if (opened != null) {
                return Optional.of(opened);
            }
            // It is not there, or the part is behind its end.
            BlobProperties found = find(blob);
            if (found == null) {
                return Optional.empty();
            } else if (range.within(found.getBlobSize()) == 0) {
                return Optional.of(new Blob(FileInfo.of(name, found), InputStream.nullInputStream()));
            }
        }
        throw new IOException("file '" + name + "' is replaced all the time; read it again");
    }

    /** The first piece tells all that is known of the blob. Null if there is none, or none there. */
    private @Nullable Blob opened(String blob, String name, BlobRange range) throws IOException {
        Optional<BlobDownloadContentResponse> found = calls.of(() -> {
            try {
                return Optional.of(container.read(blob, range.from(), Math.min(READ, range.length()), null));
            } catch (BlobStorageException failure) {
                if (Failures.isAbsent(failure) || failure.getStatusCode() == 416) {
                    return Optional.empty();
                }
                throw failure;
            }
        });
        BlobDownloadContentResponse first = found.orElse(null);
        if (first == null) {
            return null;
        }
        byte[] bytes = first.getValue().toBytes();
        BlobInfo info = FileInfo.of(name, size(first, bytes), first.getDeserializedHeaders());
        long end = range.from() + range.within(info.size());
        Content.Reader reader = (from, length) ->
                calls.of(() -> piece(blob, from, length, info.version()).toBytes());
        return new Blob(info, new Content(reader, bytes, range.from() + bytes.length, end));
    }

    private BinaryData piece(String blob, long from, long length, String version) {
        try {
            return container.read(blob, from, length, version).getValue();
        } catch (BlobStorageException failure) {
            throw Failures.isAbsent(failure) || failure.getStatusCode() == 416 ? new ChangedException() : failure;
        }
    }

    /** Of the whole blob: what is behind the slash of {@code bytes 0-99/1000}. */
    private static long size(BlobDownloadContentResponse read, byte[] bytes) {
        String part = read.getDeserializedHeaders().getContentRange();
        return part == null ? bytes.length : Long.parseLong(part.substring(part.indexOf('/') + 1));
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
            BlobProperties found = find(blob);
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
        String folder = names.folder(tenant);
        long erased = 0;
        while (true) {
            List<String> page = calls.of(() -> {
                List<String> some = new ArrayList<>();
                for (BlobItem blob : container.list(folder, folder, MAX_PAGE)) {
                    some.add(blob.getName());
                    if (some.size() == MAX_PAGE) {
                        break;
                    }
                }
                return some;
            });
            if (page.isEmpty()) {
                return erased;
            }
            for (String blob : page) {
                erased += calls.of(() -> container.delete(blob, null)) ? 1 : 0;
            }
        }
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
