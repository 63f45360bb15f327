package org.copilotframework.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.storage.objects.Listing;
import org.copilotframework.storage.objects.Listing.Item;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Files in one bucket, an object each. */
final class S3Blobs implements Blobs {
    /** How often a file is looked for that grows and shrinks meanwhile. */
    private static final int LOOKS = 10;

    private final Bucket bucket;

    S3Blobs(Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        Upload upload = new Upload(bucket, bucket.key(tenant, name), options);
        try {
            upload.takeFrom(writer);
            return upload.finish();
        } catch (IOException | RuntimeException | Error failed) {
            upload.abandon(failed);
            throw failed;
        }
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        Key key = bucket.key(tenant, name);
        for (int look = 0; look < LOOKS; look++) {
            Blob opened = opened(key, range);
            if (opened != null) {
                return Optional.of(opened);
            }
            // It is not there, or the part is behind its end.
            Stored found = bucket.described(key);
            if (found == null) {
                return Optional.empty();
            } else if (range.within(found.info().size()) == 0) {
                return Optional.of(new Blob(found.info(), InputStream.nullInputStream()));
            }
        }
        throw new IOException("the file '" + name + "' is replaced all the time; read it again");
    }

    /** Null if there is none, or none there. */
    private @Nullable Blob opened(Key key, BlobRange range) throws IOException {
        ResponseInputStream<GetObjectResponse> in;
        try {
            in = bucket.send(s3 -> s3.getObject(
                    get -> get.bucket(bucket.name()).key(key.text()).range(header(range))));
        } catch (SdkException failure) {
            if (ErrorNames.isOfAbsence(failure) || ErrorNames.isOfRange(failure)) {
                return null;
            }
            throw bucket.failures().translated(failure);
        }
        try {
            return blob(key, range, in);
        } catch (IOException | RuntimeException failed) {
            in.abort();
            throw failed;
        }
    }

    private Blob blob(Key key, BlobRange range, ResponseInputStream<GetObjectResponse> in) throws IOException {
        Stored found = Stored.of(key, in.response());
        long left = range.within(found.info().size());
        if (in.response().contentRange() == null && range.from() > 0 && left > 0) {
            throw new IOException("the file '" + key.name() + "' cannot be read in part: the server knows no ranges");
        }
        Download content = new Download(bucket, key, found.etag(), in, range.from(), left);
        try {
            return new Blob(
                    new DigestBeside(bucket, key)
                            .joined(found, content::makeRoom)
                            .info(),
                    content);
        } catch (RuntimeException failed) {
            content.close();
            throw failed;
        }
    }

    /** Null for the whole file. */
    private static @Nullable String header(BlobRange range) {
        boolean open = range.length() > Long.MAX_VALUE - range.from();
        if (range.from() == 0 && range.length() == Long.MAX_VALUE) {
            return null;
        }
        return "bytes=" + range.from() + "-" + (open ? "" : range.from() + range.length() - 1);
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) {
        return Optional.ofNullable(bucket.described(bucket.key(tenant, name))).map(Stored::info);
    }

    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) {
        Listing page = new Listing(bucket.names(), tenant, prefix, after, limit);
        return bucket.ask(s3 -> page.read((beginning, from, most) -> objects(s3, beginning, from, most)));
    }

    private Iterable<Item> objects(S3Client s3, String beginning, String from, int most) {
        return () -> s3
                .listObjectsV2Paginator(list -> list.bucket(bucket.name())
                        .prefix(beginning)
                        .startAfter(from)
                        .maxKeys(most))
                .contents()
                .stream()
                .map(object -> new Item(
                        object.key(),
                        object.size(),
                        object.lastModified(),
                        () -> Stored.rest(bucket.metadata(object.key()))))
                .iterator();
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) {
        Key key = bucket.key(tenant, name);
        for (int look = 1; ; look++) {
            Stored found = bucket.find(key);
            if (found == null) {
                // What was there at the first look may have been deleted by a request whose answer was lost.
                return look > 1;
            }
            if (ifVersion != null && !found.info().version().equals(ifVersion)) {
                throw Refusals.conflict(name, ifVersion, found.info().version());
            }
            try {
                // On a condition in any case: a request that is sent again, or comes late, deletes nobody's next file.
                bucket.send(s3 -> s3.deleteObject(
                        one -> one.bucket(bucket.name()).key(key.text()).ifMatch(found.etag())));
                new DigestBeside(bucket, key).forget(found);
                return true;
            } catch (SdkException refused) {
                if (!ErrorNames.isOfCondition(refused)) {
                    throw bucket.failures().translated(refused);
                } else if (look == LOOKS) {
                    throw Refusals.restless(name);
                }
            }
        }
    }

    /** With what lies in the tenant's folder and is none of ours, and the parts of files that are not complete. */
    @Override
    public long erase(TenantId tenant) throws IOException {
        return new Erasure(bucket, tenant).run();
    }

    @Override
    public Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        Key key = bucket.key(tenant, name);
        Refusals.demandValidity(validity);
        return Optional.of(bucket.presigned(key, validity));
    }

    @Override
    public void check() {
        try {
            bucket.look();
        } catch (SdkException failure) {
            throw bucket.failures().atStart(failure);
        }
    }

    /** S3 acknowledges an object when it is on disks in several places. */
    @Override
    public Durability durability() {
        return Durability.POWER_LOSS;
    }

    @Override
    public void close() {
        bucket.close();
    }
}
