package org.copilotframework.storage.gcs;

import com.google.cloud.storage.BlobInfo;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.storage.objects.FileMetadata;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;

/** What an object says of its file. */
final class FileInfo {
    /** No entry of a file's own has a dash. */
    static final FileMetadata KEPT = new FileMetadata("copilot-");

    private FileInfo() {}

    static Map<String, String> metadata(BlobInfo object) {
        return FileMetadata.told(object.getMetadata());
    }

    static org.copilotframework.api.spi.blob.BlobInfo of(String name, BlobInfo object) {
        return KEPT.info(
                name, object.getSize(), modified(object), version(object), object.getContentType(), metadata(object));
    }

    static String version(BlobInfo object) {
        return Long.toString(object.getGeneration());
    }

    /** Another version was expected than what was found, which may be nothing. */
    static ConflictException conflict(String name, @Nullable String expected, @Nullable BlobInfo found) {
        return Refusals.conflict(name, expected, found == null ? null : version(found));
    }

    /** When the generation was written; the object's own time moves if only its metadata is changed. */
    static Instant modified(BlobInfo object) {
        return object.getCreateTimeOffsetDateTime().toInstant();
    }
}
