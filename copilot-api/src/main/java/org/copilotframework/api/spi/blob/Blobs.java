package org.copilotframework.api.spi.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;

/**
 * A store of files, each of one tenant. Names are 1 to 1024 characters of printable ASCII with {@code /} between segments; no
 * name is absolute or has an empty segment or one that is {@code .} or {@code ..}: an implementation refuses others with {@link
 * org.copilotframework.api.error.InvalidRequestException} and never lets one tenant reach another's. Safe for use by several
 * threads.
 */
public interface Blobs extends AutoCloseable {
    /**
     * Writes a file, whole or not at all, in place of one of the same name. Once it returns, the content survives a crash of
     * the process.
     *
     * @param tenant whose file
     * @param name its name
     * @param writer writes the content
     * @return the file as it is now
     * @throws IOException if the writer throws it or the store fails; the earlier file is then still there
     */
    BlobInfo write(TenantId tenant, String name, BlobWriter writer) throws IOException;

    /**
     * Reads a file.
     *
     * @param tenant whose file
     * @param name its name
     * @return its content as it was at this moment, to be closed, or empty if there is none
     * @throws IOException if the store fails
     */
    Optional<InputStream> read(TenantId tenant, String name) throws IOException;

    /**
     * Describes a file.
     *
     * @param tenant whose file
     * @param name its name
     * @return the file, or empty if there is none
     * @throws IOException if the store fails
     */
    Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException;

    /**
     * Lists files.
     *
     * @param tenant whose files
     * @param prefix what their names begin with; empty for all
     * @param after list those whose name sorts after this one (by UTF-16 unit); empty for the first page
     * @param limit how many at most, from 1 to 1000
     * @return the files in the order of their names
     * @throws IOException if the store fails
     */
    List<BlobInfo> list(TenantId tenant, String prefix, String after, int limit) throws IOException;

    /**
     * Deletes a file.
     *
     * @param tenant whose file
     * @param name its name
     * @return whether there was one
     * @throws IOException if the store fails
     */
    boolean delete(TenantId tenant, String name) throws IOException;

    /** Frees what the store holds. */
    @Override
    void close();
}
