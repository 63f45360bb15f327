package org.copilotframework.storage.tck.blob;

import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.function.Predicate;
import org.copilotframework.api.spi.blob.Blobs;

/**
 * A service, or a fake of one, that answers badly at will. A request is told to predicates in one line, such as {@code PUT
 * /path?query}.
 */
public interface FaultyService extends AutoCloseable {
    /**
     * Opens the store under test, with the smallest parts that it may have.
     *
     * @param bucket the bucket; there is one of the name that {@link #bucket()} says, and no other
     * @return the store, which the kit closes
     */
    Blobs open(String bucket);

    /**
     * The bucket that is there.
     *
     * @return its name
     */
    String bucket();

    /**
     * Opens the store as if its service were at another address; it waits half a second at most.
     *
     * @param address of a server on this machine that does not answer
     * @return the store, which the kit closes
     */
    Blobs openAt(URI address);

    /**
     * How many bytes the smallest part has.
     *
     * @return by default 1 MiB
     */
    default int part() {
        return 1 << 20;
    }

    /**
     * Whether a request writes a whole file.
     *
     * @param request the request
     * @return true if it is one
     */
    boolean isOfAWrite(String request);

    /**
     * Whether a request sends a part of a large file.
     *
     * @param request the request
     * @return true if it is one
     */
    boolean isOfAPart(String request);

    /**
     * Answers the next such requests with a status, and does nothing.
     *
     * @param times how many
     * @param which such
     * @param status 400, 401, 403, 412, 429 or 503, with what the service says then
     */
    void refuse(int times, Predicate<String> which, int status);

    /**
     * Does what the next such request asks for, and loses the answer.
     *
     * @param which such
     */
    void lose(Predicate<String> which);

    /** Makes a large file of its parts when it is asked for next, and loses the answer. */
    void loseTheLast();

    /** Answers everything again. */
    void behave();

    /**
     * Puts an object there that the store did not make.
     *
     * @param object its name
     * @throws IOException if it cannot be put
     */
    void put(String object) throws IOException;

    /**
     * What lies in the bucket.
     *
     * @return the names of all objects
     * @throws IOException if they cannot be listed
     */
    Set<String> objects() throws IOException;

    /**
     * How many requests came.
     *
     * @return since the beginning, or {@link #behave()}
     */
    int requests();

    @Override
    void close();
}
