package org.copilotframework.api.spi.blob;

import java.time.Instant;
import java.util.Objects;

/**
 * A stored file as a listing tells of it; {@link Blobs#stat} tells more.
 *
 * @param name its name within its tenant (and plugin)
 * @param size its size in bytes
 * @param modified when it was written, by the store's clock
 */
public record BlobEntry(String name, long size, Instant modified) {
    /** Checks for null. */
    public BlobEntry {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(modified, "modified");
    }
}
