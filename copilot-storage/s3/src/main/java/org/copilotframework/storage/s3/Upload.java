package org.copilotframework.storage.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.s3.Keys.Key;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * A file that is being written: at once if it has one part, else part by part. Nobody sees it before {@link #finish}; who closes
 * it without that gives it up.
 */
final class Upload extends OutputStream {
    private static final int MOST_PARTS = 10_000;

    private final Bucket bucket;
    private final Key key;
    private final BlobOptions options;
    private final String mark = UUID.randomUUID().toString().replace("-", "");
    private final MessageDigest digest = Keys.digest("SHA-256");
    private final PartBuffer part;
    private final List<CompletedPart> sent = new ArrayList<>();
    private long size;
    private @Nullable String id;
    private @Nullable Throwable failure;
    private boolean ended;

    Upload(Bucket bucket, Key key, BlobOptions options) {
        this.bucket = bucket;
        this.key = key;
        this.options = options;
        this.part = new PartBuffer(bucket.settings().partBytes());
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (ended) {
            throw new IOException("the file '" + key.name() + "' is written already");
        }
        rethrow();
        try {
            for (int done = 0; done < length; ) {
                if (part.isFull()) {
                    sendPart();
                }
                done += part.take(bytes, from + done, length - done);
            }
            digest.update(bytes, from, length);
            size += length;
        } catch (Throwable failed) {
            // Whatever it is: some bytes may be missing, or would come twice.
            failure = failed;
            throw failed;
        }
    }

    /** Does nothing: the writer may close what it was given, and there is more to do. */
    @Override
    public void close() {}

    private void rethrow() throws IOException {
        if (failure instanceof IOException failed) {
            throw failed;
        } else if (failure instanceof RuntimeException refused) {
            throw refused;
        } else if (failure instanceof Error failed) {
            throw failed;
        }
    }

    private void sendPart() throws IOException {
        if (sent.size() == MOST_PARTS) {
            throw new InvalidRequestException("a file may have " + MOST_PARTS + " parts of "
                    + bucket.settings().partMib() + " MiB, as copilot.blobs.s3.part-mib says, and this one has more");
        }
        try {
            String upload = begun();
            int number = sent.size() + 1;
            String etag = bucket.ask(s3 -> s3.uploadPart(
                            one -> one.bucket(bucket.name())
                                    .key(key.text())
                                    .uploadId(upload)
                                    .partNumber(number)
                                    .contentMD5(part.md5()),
                            part.body()))
                    .eTag();
            sent.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
        } catch (UnavailableException failed) {
            throw bucket.failures().inStream("the file '" + key.name() + "' cannot be written", failed);
        }
        part.clear();
    }

    private String begun() {
        if (id == null) {
            id = bucket.ask(s3 -> s3.createMultipartUpload(all -> {
                        all.bucket(bucket.name())
                                .key(key.text())
                                .contentType(options.contentType())
                                .metadata(Stored.metadata(key, options, mark, null));
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
        rethrow();
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (id == null) {
            ended = true;
            return last(sha256).send((s3, etag) -> put(s3, etag, sha256));
        }
        if (part.size() > 0) {
            sendPart();
        }
        ended = true;
        BlobInfo info = last(null).send(this::complete);
        id = null;
        return info;
    }

    private LastRequest last(@Nullable String sha256) {
        return new LastRequest(bucket, key, options, mark, size, sha256);
    }

    private String put(S3Client s3, @Nullable String expected, String sha256) {
        return s3.putObject(
                        one -> {
                            one.bucket(bucket.name())
                                    .key(key.text())
                                    .contentType(options.contentType())
                                    .contentMD5(part.md5())
                                    .metadata(Stored.metadata(key, options, mark, sha256))
                                    .ifMatch(expected)
                                    .ifNoneMatch(options.onlyIfAbsent() ? "*" : null);
                            bucket.settings()
                                    .kmsKey()
                                    .ifPresent(kms -> one.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                            .ssekmsKeyId(kms));
                        },
                        part.body())
                .eTag();
    }

    private String complete(S3Client s3, @Nullable String expected) {
        return s3.completeMultipartUpload(all -> all.bucket(bucket.name())
                        .key(key.text())
                        .uploadId(id)
                        .multipartUpload(parts -> parts.parts(sent))
                        .ifMatch(expected)
                        .ifNoneMatch(options.onlyIfAbsent() ? "*" : null))
                .eTag();
    }

    /** Gives up the parts that were sent, so that nobody pays for them. */
    void abandon(Throwable why) {
        ended = true;
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
