package org.copilotframework.storage.s3;

import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * The digest of a file of several parts. S3 wants all metadata before the first part, when it is not known; so it is the metadata of
 * an empty object beside the file's, with the mark of the file that it is of. Who finds another mark there knows no digest.
 *
 * @param bucket where it is
 * @param key the file's place
 */
record DigestBeside(Bucket bucket, Key key) {
    private static final Logger LOG = LoggerFactory.getLogger(DigestBeside.class);
    /** A bucket may demand it of each object, such as one whose objects are locked. */
    private static final String MD5_OF_NOTHING = "1B2M2Y8AsgTpgAmY7PhCfg==";

    /** Keeps the digest of a file that is written; without it, if it cannot be kept. */
    BlobInfo keep(BlobInfo written, String mark, String sha256) {
        try {
            bucket.ask(s3 -> s3.putObject(
                    one -> {
                        one.bucket(bucket.name())
                                .key(key.beside())
                                .contentMD5(MD5_OF_NOTHING)
                                .metadata(Stored.digest(mark, sha256));
                        bucket.settings()
                                .kmsKey()
                                .ifPresent(kms -> one.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                        .ssekmsKeyId(kms));
                    },
                    RequestBody.empty()));
        } catch (CopilotException notKept) {
            // The file is written, and the contract knows files whose digest is not known.
            if (bucket.isFirstDigestLost()) {
                LOG.warn(
                        "The digest of a large file was not kept beside it, so it is not known"
                                + " (further ones are told at DEBUG only): {}",
                        notKept.getMessage());
            } else {
                LOG.debug("the digest of a large file was not kept: {}", notKept.getMessage());
            }
            return written;
        }
        return with(written, sha256);
    }

    /** What was found with its digest, if it has one beside it. */
    Stored joined(Stored found) {
        return joined(found, () -> {});
    }

    /** The same, with something that is done before it is asked for, if it is. */
    Stored joined(Stored found, Runnable before) {
        String mark = found.mark();
        if (!mayBeThere(found) || mark == null) {
            return found;
        }
        before.run();
        Map<String, String> beside = bucket.metadata(key.beside());
        String sha256 = Stored.digestOf(mark, beside);
        return sha256 == null ? found : new Stored(with(found.info(), sha256), found.etag(), found.metadata());
    }

    /** The file was deleted. Also if it was a small one: the large one that it has replaced may have left its digest. */
    void forget(Stored deleted) {
        if (deleted.mark() == null) {
            return;
        }
        try {
            bucket.ask(s3 -> s3.deleteObject(one -> one.bucket(bucket.name()).key(key.beside())));
        } catch (CopilotException left) {
            // The file is deleted; its digest goes with the tenant's next erasure, or the next large file of the name.
            LOG.debug("the digest of a large file was not deleted: {}", left.getMessage());
        }
    }

    private static boolean mayBeThere(Stored file) {
        return file.mark() != null && file.info().sha256() == null;
    }

    private static BlobInfo with(BlobInfo info, String sha256) {
        return new BlobInfo(
                info.name(),
                info.size(),
                info.modified(),
                info.version(),
                Objects.requireNonNull(sha256),
                info.contentType(),
                info.metadata());
    }
}
