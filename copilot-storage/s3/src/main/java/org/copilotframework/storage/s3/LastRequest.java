package org.copilotframework.storage.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.copilotframework.api.error.CopilotException;
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
 * @param sha256 their digest, if it is told to S3 with them; null of a file of several parts
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
    private static final long SHORTEST_PAUSE_MILLIS = 10;

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
                if (!ErrorNames.isOfCondition(refused)) {
                    return made(bucket.failures().translated(refused));
                }
                Stored now = bucket.find(key);
                if (now != null && mark.equals(now.mark())) {
                    // An earlier attempt had made it, and its answer was lost.
                    return now.info();
                }
                demand(now);
                if (ErrorNames.isOfUpload(refused)) {
                    throw new IOException(
                            "the file '" + key.name() + "' cannot be written: its parts were given up by"
                                    + " somebody else, such as the bucket's rules or an erasure",
                            refused);
                } else if (attempt == ATTEMPTS || (isOfParts() && ErrorNames.isOfCollision(refused))) {
                    // After a collision S3 wants all parts once more, and we have them no longer.
                    throw Refusals.collided(key.name());
                }
                pause(attempt);
            }
        }
    }

    private boolean isOfParts() {
        return sha256 == null;
    }

    /** What was made by a request that failed: its answer may be lost, or late. Else that failure is thrown. */
    private BlobInfo made(CopilotException failure) {
        // Who is interrupted has to know, too.
        boolean interrupted = Thread.interrupted();
        try {
            Stored now = bucket.find(key);
            if (now != null && mark.equals(now.mark())) {
                return now.info();
            }
        } catch (CopilotException silent) {
            failure.addSuppressed(silent);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        throw failure;
    }

    private void pause(int attempt) throws IOException {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, SHORTEST_PAUSE_MILLIS << attempt));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "whoever wrote the file '" + key.name() + "' was interrupted; the file is as it was");
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
