package org.copilotframework.storage.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobStorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.storage.objects.ChangedException;
import org.jspecify.annotations.Nullable;

/** Opens a part of a file, whose first piece tells all that is known of it. */
final class Download {
    /** No blob is as long. */
    private static final long BEHIND_ALL = 1L << 50;

    private final Container container;
    private final Calls calls;
    private final String name;
    private final String blob;
    private final BlobRange range;

    /**
     * Begins.
     *
     * @param name the file's name
     * @param blob that of its blob
     */
    Download(Container container, Calls calls, String name, String blob, BlobRange range) {
        this.container = container;
        this.calls = calls;
        this.name = name;
        this.blob = blob;
        this.range = range;
    }

    /**
     * Opens it; empty if it is not there.
     *
     * @param looks how often it is looked for if it grows and shrinks meanwhile
     */
    Optional<Blob> open(int looks) throws IOException {
        for (int look = 0; look < looks; look++) {
            Blob opened = range.from() < BEHIND_ALL ? opened() : null;
            if (opened != null) {
                return Optional.of(opened);
            }
            // It is not there, or the part is behind its end.
            BlobProperties found = calls.find(container, blob);
            if (found == null) {
                return Optional.empty();
            } else if (range.within(found.getBlobSize()) == 0) {
                return Optional.of(new Blob(FileInfo.of(name, found), InputStream.nullInputStream()));
            }
        }
        throw new IOException("file '" + name + "' is replaced all the time; read it again");
    }

    /** Null if there is no blob, or nothing of it there. */
    private @Nullable Blob opened() throws IOException {
        Optional<BlobDownloadContentResponse> found = calls.of(() -> {
            try {
                return Optional.of(container.read(blob, range.from(), Math.min(AzureBlobs.READ, range.length()), null));
            } catch (BlobStorageException failure) {
                if (Failures.isAbsent(failure) || failure.getStatusCode() == 416) {
                    return Optional.empty();
                }
                throw failure;
            }
        });
        BlobDownloadContentResponse first = found.orElse(null);
        if (first == null) {
            return null;
        }
        byte[] bytes = first.getValue().toBytes();
        BlobInfo info = FileInfo.of(name, size(first, bytes), first.getDeserializedHeaders());
        long end = range.from() + range.within(info.size());
        Content.Reader reader = (from, length) ->
                calls.of(() -> piece(from, length, info.version()).toBytes());
        return new Blob(info, new Content(reader, bytes, range.from() + bytes.length, end));
    }

    private BinaryData piece(long from, long length, String version) {
        try {
            return container.read(blob, from, length, version).getValue();
        } catch (BlobStorageException failure) {
            throw Failures.isAbsent(failure) || failure.getStatusCode() == 416 ? new ChangedException() : failure;
        }
    }

    /** Of the whole blob: what is behind the slash of {@code bytes 0-99/1000}. */
    private static long size(BlobDownloadContentResponse read, byte[] bytes) {
        String part = read.getDeserializedHeaders().getContentRange();
        return part == null ? bytes.length : Long.parseLong(part.substring(part.indexOf('/') + 1));
    }
}
