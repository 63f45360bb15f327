package org.copilotframework.storage.gcs;

import com.google.cloud.storage.BlobInfo;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.storage.objects.FileMetadata;

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

    /** When the generation was written; the object's own time moves if only its metadata is changed. */
    static Instant modified(BlobInfo object) {
        return object.getCreateTimeOffsetDateTime().toInstant();
    }
}
