package org.copilotframework.api.spi.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * A store of files, each of one tenant. Names are 1 to 1024 characters of printable ASCII with {@code /} between segments; no
 * name is absolute or has an empty segment or one that is {@code .} or {@code ..}: an implementation refuses others with {@link
 * InvalidRequestException} and never lets one tenant reach another's. Safe for use by several
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
     * Writes a file as {@link #write} does, if what is there is still what the writer knows. Of several that know the same, one
     * writes; a {@link #write} without a condition at the same moment may be lost, like one that came before.
     *
     * @param tenant whose file
     * @param name its name
     * @param expected the {@linkplain BlobInfo#tag() tag} of the file that is to be there; null if none is to be there
     * @param writer writes the content; it may be called though nothing is written in the end
     * @return the file as it is now, with another tag than all before it, or empty if something else is there and nothing was
     *     written
     * @throws IOException if the writer throws it or the store fails; the file may be written then, if the answer was lost
     * @throws InvalidRequestException if the store cannot do this, which all of this project can
     */
    default Optional<BlobInfo> writeIf(TenantId tenant, String name, @Nullable String expected, BlobWriter writer)
            throws IOException {
        throw new InvalidRequestException("this store of files (" + getClass().getName()
                + ") cannot write on a condition, as several writers of one file need; use another one");
    }

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
