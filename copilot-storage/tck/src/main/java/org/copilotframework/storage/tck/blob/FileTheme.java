package org.copilotframework.storage.tck.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** What all themes of the kit share: one open store for a theme, and tenants of its own for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FileTheme {
    private Blobs blobs;
    private TenantId tenant;
    private TenantId neighbour;

    /** For the themes of the kit. */
    FileTheme() {}

    /** The kit that the theme belongs to. */
    protected abstract BlobsKit kit();

    @BeforeAll
    void openStore() {
        blobs = kit().open();
    }

    @AfterAll
    void closeStore() {
        blobs.close();
    }

    @BeforeEach
    void beginTest() {
        String name = UUID.randomUUID().toString();
        tenant = new TenantId("t." + name);
        neighbour = new TenantId("n." + name);
    }

    @AfterEach
    void eraseBoth() throws IOException {
        blobs.erase(tenant);
        blobs.erase(neighbour);
    }

    final Blobs blobs() {
        return blobs;
    }

    /** The tenant of this test; nobody else has it. */
    final TenantId tenant() {
        return tenant;
    }

    /** Another tenant of this test. */
    final TenantId neighbour() {
        return neighbour;
    }

    final BlobInfo put(String name, String content) throws IOException {
        return put(name, BlobOptions.NONE, content);
    }

    final BlobInfo put(String name, BlobOptions options, String content) throws IOException {
        return blobs.write(tenant, name, options, out -> out.write(content.getBytes(UTF_8)));
    }

    final Optional<String> get(String name) throws IOException {
        return get(name, BlobRange.ALL);
    }

    final Optional<String> get(String name, BlobRange range) throws IOException {
        try (Blob blob = blobs.open(tenant, name, range).orElse(null)) {
            return blob == null
                    ? Optional.empty()
                    : Optional.of(new String(blob.content().readAllBytes(), UTF_8));
        }
    }

    final List<String> names(String prefix, String after, int limit) throws IOException {
        return blobs.list(tenant, prefix, after, limit).stream()
                .map(BlobEntry::name)
                .toList();
    }
}
