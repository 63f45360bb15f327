package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.azure.storage.blob.models.BlobDownloadHeaders;
import com.azure.storage.blob.models.BlobProperties;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;

/** What is kept beside the content of a blob, and what it says of the file. */
final class FileInfo {
    // No entry of a file's own begins like this.
    private static final String SHA256 = "_sha256";
    private static final String WRITE = "_write";
    private static final String NAME = "_name";

    private FileInfo() {}

    /** Of a file that is written: with a word that no other writing has. */
    static Map<String, String> metadata(String name, BlobOptions options) {
        Map<String, String> metadata = new HashMap<>(options.metadata());
        metadata.put(WRITE, UUID.randomUUID().toString());
        if (BlobNames.isLong(name)) {
            // A header's value has no blanks at its ends.
            metadata.put(NAME, Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(US_ASCII)));
        }
        return metadata;
    }

    static Map<String, String> with(Map<String, String> metadata, String sha256) {
        Map<String, String> all = new HashMap<>(metadata);
        all.put(SHA256, sha256);
        return all;
    }

    /** Whether a blob is of the writing that the metadata was made for. */
    static boolean isOf(Map<String, String> metadata, BlobProperties blob) {
        return Objects.equals(metadata.get(WRITE), blob.getMetadata().get(WRITE));
    }

    /** The name of a file that is longer than a blob's, or null. */
    static @Nullable String name(BlobProperties blob) {
        String kept = blob.getMetadata().get(NAME);
        try {
            return kept == null ? null : new String(Base64.getUrlDecoder().decode(kept), US_ASCII);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    static BlobInfo of(String name, BlobProperties blob) {
        return of(
                name,
                blob.getBlobSize(),
                blob.getLastModified(),
                blob.getETag(),
                blob.getContentType(),
                blob.getMetadata());
    }

    static BlobInfo of(String name, long size, BlobDownloadHeaders blob) {
        return of(name, size, blob.getLastModified(), blob.getETag(), blob.getContentType(), blob.getMetadata());
    }

    static BlobInfo of(
            String name,
            long size,
            OffsetDateTime modified,
            String etag,
            @Nullable String type,
            @Nullable Map<String, String> kept) {
        Map<String, String> metadata = new HashMap<>(kept == null ? Map.of() : kept);
        String sha256 = metadata.remove(SHA256);
        metadata.remove(WRITE);
        metadata.remove(NAME);
        return new BlobInfo(
                name,
                size,
                modified.toInstant(),
                etag.replace("\"", ""),
                sha256,
                type == null ? BlobOptions.NONE.contentType() : type,
                metadata);
    }
}
