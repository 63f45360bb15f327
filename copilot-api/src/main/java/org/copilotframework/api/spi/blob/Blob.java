package org.copilotframework.api.spi.blob;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A file that is open for reading. To be closed; not safe for use by several threads.
 *
 * @param info the file, whose content this is: both are of one version
 * @param content the bytes of the range that was asked for, in order
 */
public record Blob(BlobInfo info, InputStream content) implements Closeable {
    /** Checks for null. */
    public Blob {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(content, "content");
    }

    /** Closes the content. */
    @Override
    public void close() throws IOException {
        content.close();
    }
}
