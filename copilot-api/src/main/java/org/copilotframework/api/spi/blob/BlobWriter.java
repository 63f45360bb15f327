package org.copilotframework.api.spi.blob;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the content of a file, so that it need not be held in memory. */
@FunctionalInterface
public interface BlobWriter {
    /**
     * Writes the whole content. If it throws, nothing is stored.
     *
     * @param out where to write; it is closed by the store
     * @throws IOException if the content cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
}
