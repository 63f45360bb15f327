package org.copilotframework.storage.tck.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A store of files on a service that answers badly at will, for each test a new one. {@link BlobFaultsKit} has what is the same for all
 * stores; the author of one extends this for what only that service says.
 *
 * @param <S> the service
 */
public abstract class BlobFaultsTheme<S extends FaultyService> {
    /** Whose files the tests write. */
    protected static final TenantId ACME = new TenantId("acme");

    private S service;
    private Blobs blobs;

    /** For subclasses. */
    protected BlobFaultsTheme() {}

    /**
     * Starts the service, with nothing in its bucket.
     *
     * @return the service, which is closed after the test
     * @throws IOException if it cannot be started
     */
    protected abstract S start() throws IOException;

    /**
     * Starts the service and opens the store.
     *
     * @throws IOException if the service does not start
     */
    @BeforeEach
    protected final void openStore() throws IOException {
        service = start();
        try {
            blobs = service.open(service.bucket());
        } catch (RuntimeException | Error unopened) {
            service.close();
            throw unopened;
        }
    }

    /**
     * Closes both.
     *
     * @throws IOException if the service cannot be ended
     */
    @AfterEach
    protected final void closeStore() throws IOException {
        if (blobs != null) {
            try (FaultyService ended = service) {
                blobs.close();
            }
        }
    }

    /**
     * The service of this test.
     *
     * @return what was started
     */
    protected final S service() {
        return service;
    }

    /**
     * The store of this test.
     *
     * @return open
     */
    protected final Blobs blobs() {
        return blobs;
    }

    /**
     * Writes a small file.
     *
     * @param name its name
     * @param content its content
     * @return what is known of it
     * @throws IOException if it fails
     */
    protected final BlobInfo write(String name, String content) throws IOException {
        return write(name, BlobOptions.NONE, content);
    }

    /**
     * Writes a small file.
     *
     * @param name its name
     * @param options on which condition
     * @param content its content
     * @return what is known of it
     * @throws IOException if it fails
     */
    protected final BlobInfo write(String name, BlobOptions options, String content) throws IOException {
        return blobs.write(ACME, name, options, out -> out.write(content.getBytes(UTF_8)));
    }

    /**
     * Writes a file of three parts.
     *
     * @param name its name
     * @param options on which condition
     * @return what is known of it
     * @throws IOException if it fails
     */
    protected final BlobInfo writeLarge(String name, BlobOptions options) throws IOException {
        return blobs.write(ACME, name, options, out -> {
            for (int i = 0; i < 3; i++) {
                out.write(new byte[service.part()]);
            }
        });
    }

    /**
     * Reads a file that is there.
     *
     * @param name its name
     * @return its content
     * @throws IOException if it fails
     */
    protected final String read(String name) throws IOException {
        try (InputStream in = blobs.read(ACME, name).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /**
     * Such requests, from the n-th on.
     *
     * @param n which is the first, counted from 1
     * @param which such
     * @return for one use, since it counts
     */
    protected static Predicate<String> nth(int n, Predicate<String> which) {
        AtomicInteger seen = new AtomicInteger();
        return request -> which.test(request) && seen.incrementAndGet() >= n;
    }
}
