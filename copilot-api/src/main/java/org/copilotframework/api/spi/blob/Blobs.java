package org.copilotframework.api.spi.blob;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Durability;
import org.jspecify.annotations.Nullable;

/**
 * A store of files, each of one tenant. Names are 1 to 1024 characters of printable ASCII with {@code /} between segments; no
 * name is absolute or has an empty segment or one that is {@code .} or {@code ..}: an implementation refuses others with {@link
 * org.copilotframework.api.error.InvalidRequestException} and never lets one tenant reach another's. Safe for use by several
 * threads.
 *
 * <p>A store that cannot be reached or refuses its credentials answers with {@link
 * org.copilotframework.api.error.UnavailableException}; once bytes flow, a stream fails with {@link IOException}. No content is
 * held in memory as a whole.
 */
public interface Blobs extends AutoCloseable {
    /** How many files a page has at most. */
    int MAX_PAGE = 1_000;

    /**
     * Writes a file, whole or not at all, in place of one of the same name. Once it returns, the content survives what {@link
     * #durability()} says. A version is another after each write; see {@link BlobOptions#ifVersion} for what a store may not see.
     *
     * @param tenant whose file
     * @param name its name
     * @param options what it is written with, and under which condition
     * @param writer writes the content
     * @return the file as it is now
     * @throws org.copilotframework.api.error.ConflictException if the condition does not hold; the file is then as it was
     * @throws org.copilotframework.api.error.UnavailableException if the store cannot be reached, or others write the file at the
     *     same time. If it is the answer to the last request that is lost, and the store tells nothing more, the file is the
     *     earlier or the new one, whole; else the earlier one
     * @throws IOException if the writer throws it or the store fails; the earlier file is then still there
     */
    BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException;

    /**
     * Writes a file as {@link #write(TenantId, String, BlobOptions, BlobWriter)} does, without options.
     *
     * @param tenant whose file
     * @param name its name
     * @param writer writes the content
     * @return the file as it is now
     * @throws IOException if the writer throws it or the store fails; the earlier file is then still there
     */
    default BlobInfo write(TenantId tenant, String name, BlobWriter writer) throws IOException {
        return write(tenant, name, BlobOptions.NONE, writer);
    }

    /**
     * Opens a file. Who reads on sees the content as it was at this moment, or fails; never that of two versions.
     *
     * @param tenant whose file
     * @param name its name
     * @param range which part of it
     * @return the file, to be closed, or empty if there is none
     * @throws IOException if the store fails
     */
    Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException;

    /**
     * Reads a file.
     *
     * @param tenant whose file
     * @param name its name
     * @return its content as it was at this moment, to be closed, or empty if there is none
     * @throws IOException if the store fails
     */
    default Optional<InputStream> read(TenantId tenant, String name) throws IOException {
        return open(tenant, name, BlobRange.ALL).map(Blob::content);
    }

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
     * @param limit how many at most, from 1 to {@value #MAX_PAGE}
     * @return the files in the order of their names
     * @throws IOException if the store fails
     */
    List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) throws IOException;

    /**
     * Deletes a file.
     *
     * @param tenant whose file
     * @param name its name
     * @param ifVersion only this version of it; null for any
     * @return true if there was one when this call looked, and it is gone now; false if there was none. Of several who delete a
     *     file at the same time more than one may be told true
     * @throws org.copilotframework.api.error.ConflictException if another version is there; it stays
     * @throws IOException if the store fails
     */
    boolean delete(TenantId tenant, String name, @Nullable String ifVersion) throws IOException;

    /**
     * Deletes a file, whichever version of it is there.
     *
     * @param tenant whose file
     * @param name its name
     * @return true if there was one when this call looked, and it is gone now
     * @throws IOException if the store fails
     */
    default boolean delete(TenantId tenant, String name) throws IOException {
        return delete(tenant, name, null);
    }

    /**
     * Deletes all files of a tenant. May be repeated after a failure.
     *
     * @param tenant whose files
     * @return how many there were
     * @throws IOException if the store fails; some are then deleted
     */
    default long erase(TenantId tenant) throws IOException {
        long erased = 0;
        for (List<BlobEntry> page = list(tenant, "", "", MAX_PAGE); !page.isEmpty(); ) {
            for (BlobEntry file : page) {
                erased += delete(tenant, file.name()) ? 1 : 0;
            }
            page = list(tenant, "", "", MAX_PAGE);
        }
        return erased;
    }

    /**
     * Makes a URL by which its holder may read one file by GET without further credentials, for a time.
     *
     * @param tenant whose file
     * @param name its name; whether it is there is not looked at
     * @param validity for how long, from 1 second to 7 days
     * @return the URL, which is a secret until then; empty if this store has none
     * @throws org.copilotframework.api.error.InvalidRequestException if the time is shorter or longer
     */
    default Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        return Optional.empty();
    }

    /**
     * Demands that the store can be used: that it is there, and the credentials are accepted.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is wrong, which it names
     * @throws org.copilotframework.api.error.UnavailableException if the store cannot be reached
     */
    void check();

    /**
     * What is acknowledged survives.
     *
     * @return how much
     */
    Durability durability();

    /** Frees what the store holds. */
    @Override
    void close();
}
