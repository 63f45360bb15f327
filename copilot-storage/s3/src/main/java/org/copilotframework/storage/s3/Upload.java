package org.copilotframework.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.objects.Digests;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** A file that is being written: in one request if it has one part, else part by part. Nobody sees it before {@link #finish}. */
final class Upload extends org.copilotframework.storage.objects.Upload {
    private static final int MOST_PARTS = 10_000;

    /** S3 puts the parts together before it answers, which may take minutes; it sends blanks meanwhile, so no connection is silent. */
    private static final Duration COMPLETION = Duration.ofMinutes(10);

    private final Bucket bucket;
    private final Key key;
    private final BlobOptions options;
    private final Map<String, String> metadata;
    private final String mark;
    private final List<CompletedPart> sent = new ArrayList<>();
    private @Nullable String id;

    Upload(Bucket bucket, Key key, BlobOptions options) {
        super(bucket.settings().partBytes());
        this.bucket = bucket;
        this.key = key;
        this.options = options;
        this.metadata = Stored.metadata(options, bucket.names(), key.name());
        this.mark = Objects.requireNonNull(Stored.markOf(metadata));
    }

    @Override
    protected void send(byte[] bytes, int length) {
        if (sent.size() == MOST_PARTS) {
            throw new InvalidRequestException("a file may have " + MOST_PARTS + " parts of "
                    + bucket.settings().partMib() + " MiB, as copilot.blobs.s3.part-mib says, and this one has more");
        }
        String upload = begun();
        int number = sent.size() + 1;
        String etag = bucket.ask(s3 -> s3.uploadPart(
                        one -> one.bucket(bucket.name())
                                .key(key.text())
                                .uploadId(upload)
                                .partNumber(number)
                                .contentMD5(md5(bytes, length)),
                        body(bytes, length)))
                .eTag();
        sent.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }

    /** By this S3 tells whether it got what was sent. */
    private static String md5(byte[] bytes, int length) {
        MessageDigest md5 = Digests.md5();
        md5.update(ByteBuffer.wrap(bytes, 0, length));
        return Base64.getEncoder().encodeToString(md5.digest());
    }

    /** May be sent again. */
    private static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
    }

    private String begun() {
        if (id == null) {
            id = bucket.ask(s3 -> s3.createMultipartUpload(all -> {
                        all.bucket(bucket.name())
                                .key(key.text())
                                .contentType(options.contentType())
                                .metadata(metadata);
                        bucket.settings()
                                .kmsKey()
                                .ifPresent(kms -> all.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                        .ssekmsKeyId(kms));
                    }))
                    .uploadId();
        }
        return id;
    }

    /** Makes the file seen, if its condition holds. */
    BlobInfo finish() throws IOException {
        String sha256 = sha256();
        if (id == null) {
            return last(sha256).send((s3, etag) -> put(s3, etag, sha256));
        }
        if (lastLength() > 0) {
            send(last(), lastLength());
        }
        BlobInfo info = last(null).send(this::complete);
        id = null;
        return new DigestBeside(bucket, key).keep(info, mark, sha256);
    }

    private LastRequest last(@Nullable String sha256) {
        return new LastRequest(bucket, key, options, mark, size(), sha256);
    }

    private String put(S3Client s3, @Nullable String expected, String sha256) {
        return s3.putObject(
                        one -> {
                            one.bucket(bucket.name())
                                    .key(key.text())
                                    .contentType(options.contentType())
                                    .contentMD5(md5(last(), lastLength()))
                                    .metadata(Stored.withDigest(metadata, sha256))
                                    .ifMatch(expected)
                                    .ifNoneMatch(options.onlyIfAbsent() ? "*" : null);
                            bucket.settings()
                                    .kmsKey()
                                    .ifPresent(kms -> one.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                            .ssekmsKeyId(kms));
                        },
                        body(last(), lastLength()))
                .eTag();
    }

    private String complete(S3Client s3, @Nullable String expected) {
        return s3.completeMultipartUpload(all -> all.bucket(bucket.name())
                        .key(key.text())
                        .uploadId(id)
                        .multipartUpload(parts -> parts.parts(sent))
                        .overrideConfiguration(own -> own.apiCallTimeout(
                                COMPLETION.compareTo(bucket.settings().timeout()) > 0
                                        ? COMPLETION
                                        : bucket.settings().timeout()))
                        .ifMatch(expected)
                        .ifNoneMatch(options.onlyIfAbsent() ? "*" : null))
                .eTag();
    }

    /** Gives up the parts that were sent, so that nobody pays for them. */
    void abandon(Throwable why) {
        String upload = id;
        if (upload == null) {
            return;
        }
        // Who is interrupted has to tidy up, too.
        boolean interrupted = Thread.interrupted();
        try {
            bucket.giveUp(key.text(), upload);
        } catch (CopilotException failed) {
            why.addSuppressed(failed);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
