package org.copilotframework.storage.s3;

import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.s3.Keys.Key;
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
 * @param mark who has written it, null if it was not written here
 * @param rest the end of a name that is too long for a key
 */
record Stored(
        BlobInfo info,
        String etag,
        @Nullable String mark,
        @Nullable String rest) {
    /** No name of metadata that a caller may give has a dash. */
    private static final String OURS = "copilot-";

    private static final String MARK = OURS + "mark";
    private static final String SHA256 = OURS + "sha256";
    private static final String REST = OURS + "name";

    static Stored of(Key key, HeadObjectResponse head) {
        return of(key, head.eTag(), head.contentLength(), head.lastModified(), head.contentType(), head.metadata());
    }

    static Stored of(Key key, GetObjectResponse got) {
        String range = got.contentRange();
        long size = range == null ? got.contentLength() : Long.parseLong(range.substring(range.indexOf('/') + 1));
        return of(key, got.eTag(), size, got.lastModified(), got.contentType(), got.metadata());
    }

    private static Stored of(
            Key key, String etag, long size, Instant modified, @Nullable String type, Map<String, String> metadata) {
        Map<String, String> theirs = new HashMap<>();
        Map<String, String> ours = new HashMap<>();
        metadata.forEach((header, value) -> {
            String name = header.toLowerCase(Locale.ROOT);
            (name.startsWith(OURS) ? ours : theirs).put(name, value);
        });
        String mark = ours.get(MARK);
        BlobInfo info = new BlobInfo(
                key.name(),
                size,
                modified,
                version(mark == null ? Long.toString(modified.toEpochMilli()) : mark, etag),
                ours.get(SHA256),
                type == null ? BlobOptions.NONE.contentType() : type,
                theirs);
        return new Stored(info, etag, mark, ours.get(REST));
    }

    static String version(String mark, String etag) {
        return mark + "." + etag.replace("\"", "");
    }

    /** The metadata of an object that is to be written. */
    static Map<String, String> metadata(Key key, BlobOptions options, String mark, @Nullable String sha256) {
        Map<String, String> all = new HashMap<>(options.metadata());
        all.put(MARK, mark);
        if (sha256 != null) {
            all.put(SHA256, sha256);
        }
        if (key.rest() != null) {
            all.put(REST, Objects.requireNonNull(key.rest()));
        }
        return all;
    }
}
