package org.copilotframework.storage.gcs;

import com.google.cloud.storage.Blob;
import java.io.IOException;
import java.util.Map;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.storage.objects.ChangedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one file, and finds out what came of it where the service's answer is lost. */
final class Writing {
    private static final Logger log = LoggerFactory.getLogger(Writing.class);

    private final Bucket bucket;
    private final Calls calls;
    private final String name;
    private final String object;
    private final BlobOptions options;
    private final Map<String, String> metadata;

    /**
     * Begins.
     *
     * @param name the file's name
     * @param object that of its object
     * @param metadata what the object says of its file, and by which this write knows it again
     */
    Writing(Bucket bucket, Calls calls, String name, String object, BlobOptions options, Map<String, String> metadata) {
        this.bucket = bucket;
        this.calls = calls;
        this.name = name;
        this.object = object;
        this.options = options;
        this.metadata = metadata;
    }

    BlobInfo run(UploadSessions sessions, int chunk, BlobWriter writer) throws IOException {
        Upload upload = new Upload(bucket, calls, sessions, object, options, metadata, chunk);
        String sha256 = "";
        try {
            upload.takeFrom(writer);
            sha256 = upload.digest();
            return described(upload.finish(sha256), sha256);
        } catch (ChangedException changed) {
            Blob found = calls.find(bucket, object);
            if (found != null && isMine(found)) {
                // Written by this call: an answer was lost on its way, so that the client sent the request again.
                return described(found, sha256);
            }
            throw FileInfo.conflict(name, options.onlyIfVersion(), found);
        } catch (IOException | RuntimeException | Error failed) {
            Blob made = upload.isEnding() ? mine(failed) : null;
            if (made != null) {
                return described(made, sha256);
            }
            upload.abandon();
            throw failed;
        }
    }

    /** What was made by a last request whose answer is lost, which the client does not always send again; else null. */
    private @Nullable Blob mine(Throwable failed) {
        try {
            Blob found = calls.find(bucket, object);
            return found != null && isMine(found) ? found : null;
        } catch (IOException | RuntimeException away) {
            failed.addSuppressed(away);
            return null;
        }
    }

    private boolean isMine(Blob found) {
        return FileInfo.KEPT.isOf(metadata, FileInfo.metadata(found));
    }

    /** A large file's digest is not known before its content is sent, so it is added to the object. */
    private BlobInfo described(com.google.cloud.storage.BlobInfo written, String sha256) {
        BlobInfo info = FileInfo.of(name, written);
        if (info.sha256() != null) {
            return info;
        }
        try {
            calls.of(() -> {
                bucket.describe(written.getName(), written.getGeneration(), FileInfo.KEPT.with(Map.of(), sha256));
                return written;
            });
        } catch (IOException | CopilotException | ChangedException notAdded) {
            // The file is written, and the contract knows files whose digest is not known.
            log.debug("the digest of a large file was not added: {}", notAdded.getMessage());
            return info;
        }
        return new BlobInfo(
                name, info.size(), info.modified(), info.version(), sha256, info.contentType(), info.metadata());
    }
}
