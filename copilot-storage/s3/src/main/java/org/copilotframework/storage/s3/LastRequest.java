package org.copilotframework.storage.s3;

import java.io.IOException;
import java.time.Instant;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The request by which a file is seen, if its condition holds.
 *
 * @param bucket where it is sent to
 * @param key the file's place
 * @param options what it is written with, and under which condition
 * @param mark what the file is known by
 * @param size how many bytes it has
 * @param sha256 their digest, if it is told to S3 with them
 */
record LastRequest(
        Bucket bucket,
        Key key,
        BlobOptions options,
        String mark,
        long size,
        @Nullable String sha256) {
    private static final Logger LOG = LoggerFactory.getLogger(LastRequest.class);
    private static final int ATTEMPTS = 8;

    /** What is sent, under the condition that an ETag is there, if it is not null; gives the new one. */
    interface Request {
        String send(S3Client s3, @Nullable String expected);
    }

    /**
     * Sends it, until it is known whether it was carried out.
     *
     * @throws org.copilotframework.api.error.ConflictException if the condition does not hold
     */
    BlobInfo send(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String expected = options.onlyIfVersion() == null ? null : demand(bucket.find(key));
            try {
                String etag = bucket.send(s3 -> request.send(s3, expected));
                return asItIs(etag);
            } catch (SdkException refused) {
                if (!Failures.isOfCondition(refused)) {
                    throw bucket.failures().translated(refused);
                }
                Stored now = bucket.find(key);
                if (now != null && mark.equals(now.mark())) {
                    // An earlier attempt had made it, and its answer was lost.
                    return now.info();
                }
                demand(now);
                if (Failures.isOfUpload(refused)) {
                    throw new IOException(
                            "the file '" + key.name() + "' cannot be written: its parts were given up by"
                                    + " somebody else, such as the bucket's rules or an erasure",
                            refused);
                } else if (attempt == ATTEMPTS) {
                    throw Refusals.restless(key.name());
                }
            }
        }
    }

    /** Demands that the condition holds, and returns the ETag that S3 is to demand. */
    private @Nullable String demand(@Nullable Stored found) {
        if (options.onlyIfAbsent() && found != null) {
            throw Refusals.conflict(key.name(), null, found.info().version());
        }
        String expected = options.onlyIfVersion();
        if (expected != null && (found == null || !found.info().version().equals(expected))) {
            throw Refusals.conflict(
                    key.name(), expected, found == null ? null : found.info().version());
        }
        return expected == null || found == null ? null : found.etag();
    }

    /** Only S3 knows when it was written. If it does not say, or another has written since, our own clock has to do. */
    private BlobInfo asItIs(String etag) {
        Instant modified = Instant.now();
        try {
            Stored now = bucket.find(key);
            if (now != null && mark.equals(now.mark())) {
                return now.info();
            }
        } catch (UnavailableException silent) {
            LOG.debug("S3 does not tell when the file was written: {}", silent.getMessage());
        }
        return new BlobInfo(
                key.name(),
                size,
                modified,
                Stored.version(mark, etag),
                sha256,
                options.contentType(),
                options.metadata());
    }
}
