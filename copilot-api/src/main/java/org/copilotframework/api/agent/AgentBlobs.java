package org.copilotframework.api.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;

/**
 * The files of one plugin and one tenant. Names are 1 to 512 characters of printable ASCII, with {@code /} between folders; no
 * name is absolute or has a segment {@code .} or {@code ..}.
 *
 * <p>An activation may have as many files open for reading at a time as {@code copilot.invoke.open-files} allows, 32 if nothing is set.
 * What it has not closed when it ends is closed then; a file that was read to its end counts no more.
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
     * Writes a file as {@link #write(String, BlobWriter)} does, with options.
     *
     * @param name the file's name
     * @param options what it is written with, and under which condition
     * @param writer writes the content to a stream it is given
     * @return the file as it is now
     * @throws org.copilotframework.api.error.ConflictException if the condition does not hold; the file is then as it was
     * @throws org.copilotframework.api.error.InvalidRequestException if the name has a wrong form, or the content is longer than
     *     {@code copilot.blobs.max-bytes}
     * @throws org.copilotframework.api.error.UnavailableException if the store cannot be reached; the file is then the earlier
     *     one, or, if only the last answer was lost, perhaps the new one, whole
     * @throws IOException if the writer throws it or the store fails; the earlier file is then still there
     */
    BlobInfo write(String name, BlobOptions options, BlobWriter writer) throws IOException;

    /**
     * Opens a file. Who reads on sees the content as it was at this moment, or fails; never that of two versions.
     *
     * @param name the file's name
     * @param range which part of it
     * @return the file, to be closed, or empty if there is none
     * @throws IllegalStateException if this activation has as many files open as it may
     * @throws org.copilotframework.api.error.ConflictException if the activation has ended
     * @throws IOException if the store fails
     */
    Optional<Blob> open(String name, BlobRange range) throws IOException;

    /**
     * Reads a file.
     *
     * @param name the file's name
     * @return its content as it was at this moment, to be closed, or empty if there is none
     * @throws IllegalStateException if this activation has as many files open as it may
     * @throws org.copilotframework.api.error.ConflictException if the activation has ended
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
    List<BlobEntry> list(String prefix, String after, int limit) throws IOException;

    /**
     * Deletes a file, whichever version of it is there.
     *
     * @param name the file's name
     * @return true if there was one when this call looked, and it is gone now
     * @throws IOException if the store fails
     */
    boolean delete(String name) throws IOException;

    /**
     * Deletes one version of a file.
     *
     * @param name the file's name
     * @param ifVersion which, as {@link BlobInfo#version()} tells it
     * @return true if it was there when this call looked, and is gone now; false if there was no file
     * @throws org.copilotframework.api.error.ConflictException if another version is there; it stays
     * @throws IOException if the store fails
     */
    boolean delete(String name, String ifVersion) throws IOException;

    /**
     * Makes a URL by which its holder may read one file by GET without further credentials, for a time.
     *
     * @param name the file's name; whether it is there is not looked at
     * @param validity for how long, from 1 second to 7 days
     * @return the URL, which is a secret until then; empty if the store has none
     */
    Optional<URI> presign(String name, Duration validity);
}
