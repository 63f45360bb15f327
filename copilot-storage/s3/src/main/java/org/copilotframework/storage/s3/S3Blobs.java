package org.copilotframework.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.storage.s3.Keys.Key;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Files in one bucket, an object each. */
final class S3Blobs implements Blobs {
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(7);

    /** How often a file is looked for that grows and shrinks meanwhile. */
    private static final int LOOKS = 10;

    private final Bucket bucket;

    S3Blobs(Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        Upload upload = new Upload(bucket, bucket.keys().of(tenant, name), options);
        try {
            writer.writeTo(upload);
            return upload.finish();
        } catch (IOException | RuntimeException | Error failed) {
            upload.abandon(failed);
            throw failed;
        }
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        Key key = bucket.keys().of(tenant, name);
        for (int look = 0; look < LOOKS; look++) {
            Blob opened = opened(key, range);
            if (opened != null) {
                return Optional.of(opened);
            }
            // It is not there, or the part is behind its end.
            Stored found = bucket.find(key);
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
            if (Failures.isOfAbsence(failure) || Failures.isOfRange(failure)) {
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
        return new Blob(found.info(), new Download(bucket, key, found.etag(), in, range.from(), left));
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
        return Optional.ofNullable(bucket.find(bucket.keys().of(tenant, name))).map(Stored::info);
    }

    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(after, "after");
        if (limit < 1 || limit > MAX_PAGE) {
            throw new InvalidRequestException("limit: must be from 1 to " + MAX_PAGE + ", not " + limit);
        } else if (!Keys.mayBegin(prefix)) {
            return List.of();
        }
        return new Page(bucket, tenant, prefix, after, limit).read();
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) {
        Key key = bucket.keys().of(tenant, name);
        for (int look = 1; ; look++) {
            Stored found = bucket.find(key);
            if (found == null) {
                // What was there at the first look may have been deleted by a request whose answer was lost.
                return look > 1 && ifVersion == null;
            }
            demand(key, ifVersion, found);
            try {
                // On a condition in any case: a request that is sent again, or comes late, deletes nobody's next file.
                bucket.send(s3 -> s3.deleteObject(
                        one -> one.bucket(bucket.name()).key(key.text()).ifMatch(found.etag())));
                return true;
            } catch (SdkException refused) {
                if (!Failures.isOfCondition(refused)) {
                    throw bucket.failures().translated(refused);
                } else if (ifVersion != null) {
                    Stored now = bucket.find(key);
                    if (now == null) {
                        return false;
                    }
                    throw LastRequest.conflict(key, now, "version " + ifVersion + " was expected");
                } else if (look == LOOKS) {
                    throw new UnavailableException(
                            "others write the file '" + name + "' all the time", Duration.ofSeconds(1), refused);
                }
            }
        }
    }

    private static void demand(Key key, @Nullable String version, Stored found) {
        if (version != null && !found.info().version().equals(version)) {
            throw LastRequest.conflict(key, found, "version " + version + " was expected");
        }
    }

    /** With what lies in the tenant's folder and is none of ours, and the parts of files that are not complete. */
    @Override
    public long erase(TenantId tenant) throws IOException {
        return new Erasure(bucket, tenant).run();
    }

    @Override
    public Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        Key key = bucket.keys().of(tenant, name);
        if (validity.compareTo(Duration.ofSeconds(1)) < 0 || validity.compareTo(LONGEST_VALIDITY) > 0) {
            throw new InvalidRequestException("validity: must be from 1 second to 7 days, not " + validity);
        }
        return Optional.of(bucket.presigned(key, validity));
    }

    @Override
    public void check() {
        try {
            bucket.send(s3 -> s3.listObjectsV2(list -> list.bucket(bucket.name())
                    .prefix(bucket.settings().keyPrefix())
                    .maxKeys(1)));
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
