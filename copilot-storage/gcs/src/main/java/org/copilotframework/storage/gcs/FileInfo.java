package org.copilotframework.storage.gcs;

import com.google.cloud.storage.BlobInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;

/** What is kept beside the content of an object, and what it says of the file. */
final class FileInfo {
    // No entry of a file's own has a dash.
    static final String SHA256 = "copilot-sha256";
    private static final String WRITE = "copilot-write";
    private static final String NAME = "copilot-name";

    private FileInfo() {}

    /** Of a file that is written: with a word that no other writing has. */
    static Map<String, String> metadata(String name, BlobOptions options) {
        Map<String, String> metadata = new HashMap<>(options.metadata());
        metadata.put(WRITE, UUID.randomUUID().toString());
        if (ObjectNames.isLong(name)) {
            metadata.put(NAME, name);
        }
        return metadata;
    }

    /** Whether an object is of the writing that the metadata was made for. */
    static boolean isOf(Map<String, String> metadata, BlobInfo object) {
        return Objects.equals(metadata.get(WRITE), kept(object).get(WRITE));
    }

    /** The name of a file that is longer than an object's, or null. */
    static @Nullable String name(BlobInfo object) {
        return kept(object).get(NAME);
    }

    static org.copilotframework.api.spi.blob.BlobInfo of(String name, BlobInfo object) {
        Map<String, String> metadata = kept(object);
        String sha256 = metadata.remove(SHA256);
        metadata.remove(WRITE);
        metadata.remove(NAME);
        String type = object.getContentType();
        return new org.copilotframework.api.spi.blob.BlobInfo(
                name,
                object.getSize(),
                modified(object),
                Long.toString(object.getGeneration()),
                sha256,
                type == null ? BlobOptions.NONE.contentType() : type,
                metadata);
    }

    /** When the generation was written; the object's own time moves if only its metadata is changed. */
    static Instant modified(BlobInfo object) {
        return object.getCreateTimeOffsetDateTime().toInstant();
    }

    private static Map<String, String> kept(BlobInfo object) {
        Map<String, String> metadata = new HashMap<>();
        if (object.getMetadata() != null) {
            object.getMetadata().forEach((key, value) -> {
                if (value != null) {
                    metadata.put(key, value);
                }
            });
        }
        return metadata;
    }
}
