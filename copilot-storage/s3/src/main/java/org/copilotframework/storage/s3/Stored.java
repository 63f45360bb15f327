package org.copilotframework.storage.s3;

import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.objects.FileMetadata;
import org.copilotframework.storage.objects.ObjectNames;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * An object that is there, and what S3 knows of it.
 *
 * <p>S3's own name of a content, its ETag, is a digest: whoever writes the same bytes once more changes nothing in it. So each
 * write leaves a mark of its own in the metadata, and a version is both together.
 *
 * @param info the file
 * @param etag what conditions of S3 are about
 * @param metadata all that is kept beside it
 */
record Stored(BlobInfo info, String etag, Map<String, String> metadata) {
    /** No name of metadata that a caller may give has a dash. */
    private static final FileMetadata KEPT = new FileMetadata("copilot-");

    static Stored of(Key key, HeadObjectResponse head) {
        return of(key, head.eTag(), head.contentLength(), head.lastModified(), head.contentType(), head.metadata());
    }

    static Stored of(Key key, GetObjectResponse got) {
        String range = got.contentRange();
        long size = range == null ? got.contentLength() : Long.parseLong(range.substring(range.indexOf('/') + 1));
        return of(key, got.eTag(), size, got.lastModified(), got.contentType(), got.metadata());
    }

    private static Stored of(
            Key key, String etag, long size, Instant modified, @Nullable String type, Map<String, String> told) {
        Map<String, String> metadata = FileMetadata.told(told);
        String mark = KEPT.write(metadata);
        String version = version(mark == null ? Long.toString(modified.toEpochMilli()) : mark, etag);
        return new Stored(KEPT.info(key.name(), size, modified, version, type, metadata), etag, metadata);
    }

    /** Who has written it, null if it was not written here. */
    @Nullable
    String mark() {
        return KEPT.write(metadata);
    }

    /** The end of a name that is too long for a key. */
    static @Nullable String rest(Map<String, String> metadata) {
        return KEPT.rest(metadata);
    }

    static String version(String mark, String etag) {
        return mark + "." + etag.replace("\"", "");
    }

    /** The metadata of an object that is to be written, with a mark. */
    static Map<String, String> metadata(BlobOptions options, ObjectNames names, String name) {
        return KEPT.of(options, names, name);
    }

    static Map<String, String> withDigest(Map<String, String> metadata, String sha256) {
        return KEPT.with(metadata, sha256);
    }

    static @Nullable String markOf(Map<String, String> metadata) {
        return KEPT.write(metadata);
    }

    /** The metadata of a digest, which is of the file with a mark. */
    static Map<String, String> digest(String mark, String sha256) {
        return KEPT.with(KEPT.marked(mark), sha256);
    }

    /** The digest of the file with a mark, or null if that of another is there. */
    static @Nullable String digestOf(String mark, Map<String, String> beside) {
        return mark.equals(KEPT.write(beside)) ? KEPT.sha256(beside) : null;
    }
}
