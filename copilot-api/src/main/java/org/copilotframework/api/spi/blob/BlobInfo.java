package org.copilotframework.api.spi.blob;

import java.time.Instant;
import java.util.Objects;

/**
 * A stored file.
 *
 * @param name its name within its tenant (and plugin)
 * @param size its size in bytes
 * @param modified when it was written, by the store's clock
 * @param tag tells this content from what was or will be under the name; it means something to its store only, and is another
 *     one after each {@link Blobs#writeIf}
 */
public record BlobInfo(String name, long size, Instant modified, String tag) {
    /** Checks for null. */
    public BlobInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(tag, "tag");
    }

    /**
     * A file of a store that tells contents apart by time and size alone.
     *
     * @param name its name
     * @param size its size in bytes
     * @param modified when it was written, by the store's clock
     */
    public BlobInfo(String name, long size, Instant modified) {
        this(name, size, modified, modified + "/" + size);
    }
}
