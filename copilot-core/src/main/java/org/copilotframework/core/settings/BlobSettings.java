package org.copilotframework.core.settings;

import java.util.Optional;

/** Where files are kept: {@code copilot.blobs}. */
public final class BlobSettings {
    private final CoreValues values;

    BlobSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the provider's name} */
    public String provider() {
        return values.of(CoreSettings.BLOBS_PROVIDER);
    }

    /** {@return which bucket of the provider} */
    public Optional<String> bucket() {
        return values.optional(CoreSettings.BLOBS_BUCKET).filter(bucket -> !bucket.isBlank());
    }

    /** {@return how large a file may be} */
    public ByteSize maxBytes() {
        return values.of(CoreSettings.BLOBS_MAX_BYTES);
    }
}
