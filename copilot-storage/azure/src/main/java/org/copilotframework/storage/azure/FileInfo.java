package org.copilotframework.storage.azure;

import com.azure.storage.blob.models.BlobDownloadHeaders;
import com.azure.storage.blob.models.BlobProperties;
import java.time.OffsetDateTime;
import java.util.Map;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.storage.objects.FileMetadata;
import org.jspecify.annotations.Nullable;

/** What a blob says of its file. */
final class FileInfo {
    /** No entry of a file's own begins like this, and the service permits no dash. */
    static final FileMetadata KEPT = new FileMetadata("_");

    private FileInfo() {}

    static BlobInfo of(String name, BlobProperties blob) {
        return of(
                name,
                blob.getBlobSize(),
                blob.getLastModified(),
                blob.getETag(),
                blob.getContentType(),
                FileMetadata.told(blob.getMetadata()));
    }

    static BlobInfo of(String name, long size, BlobDownloadHeaders blob) {
        return of(
                name,
                size,
                blob.getLastModified(),
                blob.getETag(),
                blob.getContentType(),
                FileMetadata.told(blob.getMetadata()));
    }

    static BlobInfo of(
            String name,
            long size,
            OffsetDateTime modified,
            String etag,
            @Nullable String type,
            Map<String, String> kept) {
        return KEPT.info(name, size, modified.toInstant(), version(etag), type, kept);
    }

    static String version(String etag) {
        return etag.replace("\"", "");
    }
}
