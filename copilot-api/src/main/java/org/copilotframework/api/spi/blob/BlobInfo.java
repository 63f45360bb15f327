package org.copilotframework.api.spi.blob;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stored file.
 *
 * @param name its name within its tenant (and plugin)
 * @param size its size in bytes
 * @param modified when it was written, by the store's clock
 * @param version which content this is: another one after each write of the name, also if the bytes are the same; opaque, of
 *     1 to 200 printable ASCII characters
 * @param sha256 the SHA-256 digest of the content, 64 lower-case hex digits; null if the store does not know it, such as of a file
 *     that came by a presigned URL
 * @param contentType its media type; {@code application/octet-stream} if none was given
 * @param metadata what the writer added, see {@link BlobOptions#metadata()}
 */
public record BlobInfo(
        String name,
        long size,
        Instant modified,
        String version,
        @Nullable String sha256,
        String contentType,
        Map<String, String> metadata) {
    /** Checks for null and copies. */
    public BlobInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(contentType, "contentType");
        metadata = Map.copyOf(metadata);
    }

    /**
     * The same file under another name, such as the one within a narrower space of names.
     *
     * @param other the other name
     * @return the file
     */
    public BlobInfo named(String other) {
        return new BlobInfo(other, size, modified, version, sha256, contentType, metadata);
    }
}
