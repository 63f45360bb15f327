package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;

/**
 * The private copy of an accepted archive, kept for as long as this is open.
 *
 * @param stored the copy
 * @param hold what keeps it
 */
public record HeldCopy(StoredPlugin stored, Closeable hold) implements Closeable {
    /** Lets the copy be deleted. */
    @Override
    public void close() throws IOException {
        hold.close();
    }
}
