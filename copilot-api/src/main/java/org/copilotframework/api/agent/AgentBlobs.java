package org.copilotframework.api.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobWriter;

/**
 * The files of one plugin and one tenant. Names are 1 to 512 characters of printable ASCII, with {@code /} between folders; no
 * name is absolute or has a segment {@code .} or {@code ..}.
 */
@ImplementedByHost
public interface AgentBlobs {
    /**
     * Writes a file, whole or not at all, in place of one of the same name.
     *
     * @param name the file's name
     * @param writer writes the content to a stream it is given
     * @return the file as it is now
     * @throws org.copilotframework.api.error.InvalidRequestException if the name has a wrong form
     * @throws IOException if the writer throws it or the store fails; the earlier file is then still there
     */
    BlobInfo write(String name, BlobWriter writer) throws IOException;

    /**
     * Reads a file.
     *
     * @param name the file's name
     * @return its content as it was at this moment, to be closed, or empty if there is none
     * @throws IOException if the store fails
     */
    Optional<InputStream> read(String name) throws IOException;

    /**
     * Describes a file.
     *
     * @param name the file's name
     * @return the file, or empty if there is none
     * @throws IOException if the store fails
     */
    Optional<BlobInfo> stat(String name) throws IOException;

    /**
     * Lists files.
     *
     * @param prefix what their names begin with; empty for all
     * @param after list those whose name sorts after this one; empty for the first page
     * @param limit how many at most, from 1 to 1000
     * @return the files in the order of their names
     * @throws IOException if the store fails
     */
    List<BlobInfo> list(String prefix, String after, int limit) throws IOException;

    /**
     * Deletes a file.
     *
     * @param name the file's name
     * @return whether there was one
     * @throws IOException if the store fails
     */
    boolean delete(String name) throws IOException;
}
