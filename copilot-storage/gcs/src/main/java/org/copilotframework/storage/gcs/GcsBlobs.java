package org.copilotframework.storage.gcs;

import com.google.cloud.ReadChannel;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.storage.objects.ChangedException;
import org.copilotframework.storage.objects.Listing;
import org.copilotframework.storage.objects.ObjectNames;
import org.copilotframework.storage.objects.Refusals;
import org.copilotframework.storage.objects.Spelling;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files in a bucket of Google Cloud Storage, one object each. A file's version is its object's generation. */
final class GcsBlobs implements Blobs {
    private static final Logger log = LoggerFactory.getLogger(GcsBlobs.class);
    private static final Pattern GENERATION = Pattern.compile("[1-9][0-9]{0,17}");
    /** An object's name has 1,024 bytes, for a prefix, a tenant and a digest, too. */
    static final int MOST_OF_A_NAME = 770;
    /** How often a file is looked for that is replaced each time before its first byte is read. */
    private static final int LOOKS = 10;
    /** How much is read before a file is handed out: a small one is whole by then. */
    private static final int FIRST = 1 << 16;

    private final Storage client;
    private final Bucket bucket;
    private final ObjectNames names;
    private final Calls calls;
    private final UploadSessions sessions;
    private final int chunk;

    GcsBlobs(Storage client, String bucket, GcsSettings settings, UploadSessions sessions) {
        this.client = client;
        this.names = new ObjectNames(settings.prefix(), MOST_OF_A_NAME, Spelling.PLAIN);
        this.bucket = new Bucket(client, bucket, names.anything());
        this.sessions = sessions;
        this.calls = new Calls(new Failures(bucket, settings));
        this.chunk = settings.chunkMib() << 20;
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        String object = names.of(tenant, name);
        String expected = options.onlyIfVersion();
        if (expected != null && !GENERATION.matcher(expected).matches()) {
            throw FileInfo.conflict(name, expected, calls.find(bucket, object));
        }
        return new Writing(bucket, calls, name, object, options, FileInfo.KEPT.of(options, names, name))
                .run(sessions, chunk, writer);
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        return Optional.ofNullable(calls.find(bucket, names.of(tenant, name))).map(found -> FileInfo.of(name, found));
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        String object = names.of(tenant, name);
        for (int look = 0; look < LOOKS; look++) {
            com.google.cloud.storage.Blob found = calls.find(bucket, object);
            if (found == null) {
                return Optional.empty();
            }
            BlobInfo info = FileInfo.of(name, found);
            long length = range.within(info.size());
            InputStream content = length == 0
                    ? InputStream.nullInputStream()
                    : opened(object, found.getGeneration(), range.from(), length);
            if (content != null) {
                return Optional.of(new Blob(info, content));
            }
        }
        throw new IOException("file '" + name + "' is replaced all the time; read it again");
    }

    /** Reads the beginning, after which the service stays with the generation; null if it is no longer there. */
    private @Nullable InputStream opened(String object, long generation, long from, long length) throws IOException {
        ByteBuffer first = ByteBuffer.allocate((int) Math.min(FIRST, length));
        boolean[] gone = {false};
        ReadChannel channel = calls.of(() -> {
            ReadChannel open = bucket.read(object, generation, from, from + length);
            try {
                while (first.hasRemaining() && open.read(first) >= 0) {}
            } catch (IOException failed) {
                open.close();
                gone[0] = failed.getCause() instanceof StorageException known && known.getCode() == 404;
                if (!gone[0]) {
                    throw failed;
                }
            }
            return open;
        });
        return gone[0] ? null : new Content(channel, calls, first.flip(), length);
    }

    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) throws IOException {
        Listing page = new Listing(names, tenant, prefix, after, limit);
        return calls.of(() -> page.read((beginning, from, most) ->
                () -> StreamSupport.stream(bucket.list(beginning, from, most).spliterator(), false)
                        .map(object -> new Listing.Item(
                                object.getName(),
                                object.getSize(),
                                FileInfo.modified(object),
                                () -> FileInfo.KEPT.rest(FileInfo.metadata(object))))
                        .iterator()));
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) throws IOException {
        String object = names.of(tenant, name);
        boolean seen = false;
        for (int look = 0; look < LOOKS; look++) {
            com.google.cloud.storage.Blob found = calls.find(bucket, object);
            if (found == null) {
                return seen;
            }
            String version = FileInfo.version(found);
            if (ifVersion != null && !ifVersion.equals(version)) {
                throw FileInfo.conflict(name, ifVersion, found);
            }
            seen = true;
            try {
                // On a condition in any case: a request that is sent again, or comes late, deletes nobody's next file.
                calls.of(() -> bucket.delete(object, version));
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
        return new Erasure(bucket, calls, names.folder(tenant)).run();
    }

    @Override
    public Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        Refusals.demandValidity(validity);
        String object = names.of(tenant, name);
        return calls.signed(() -> bucket.sign(object, validity));
    }

    @Override
    public void check() {
        calls.tried(() -> {
            bucket.look();
            return bucket;
        });
    }

    /** Google answers when the content is stored in more than one place. */
    @Override
    public Durability durability() {
        return Durability.POWER_LOSS;
    }

    @Override
    public void close() {
        calls.close();
        try {
            client.close();
        } catch (Exception failed) {
            log.debug("Google's client did not close: {}", failed.toString());
        }
    }
}
