package org.copilotframework.storage.gcs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.Canaries;

/** Settings by which a test reaches a service, which are sensible if it does not say otherwise. */
record GcsUnderTest(
        Optional<URI> endpoint,
        Optional<Path> credentials,
        boolean anonymous,
        Optional<String> prefix,
        int chunkMib,
        Duration timeout,
        int tries) {
    /** What no message may show. */
    static final Canaries SECRETS = Canaries.of("upload_id", "PRIVATE KEY", "Bearer", "said by the fake");

    static GcsUnderTest at(GcsFake fake) {
        return at(fake.url());
    }

    static GcsUnderTest at(URI endpoint) {
        return new GcsUnderTest(
                Optional.of(endpoint), Optional.empty(), true, Optional.of("copilot"), 8, Duration.ofSeconds(20), 4);
    }

    GcsUnderTest with(Path credentials) {
        return new GcsUnderTest(endpoint, Optional.of(credentials), false, prefix, chunkMib, timeout, tries);
    }

    GcsUnderTest prefix(String prefix) {
        return new GcsUnderTest(endpoint, credentials, anonymous, Optional.of(prefix), chunkMib, timeout, tries);
    }

    GcsUnderTest chunkMib(int mib) {
        return new GcsUnderTest(endpoint, credentials, anonymous, prefix, mib, timeout, tries);
    }

    GcsUnderTest impatient() {
        return new GcsUnderTest(endpoint, credentials, anonymous, prefix, chunkMib, Duration.ofMillis(500), 2);
    }

    GcsSettings settings() {
        return new GcsSettings(
                Optional.empty(),
                credentials,
                anonymous,
                endpoint,
                prefix,
                chunkMib,
                Duration.ofSeconds(5),
                timeout,
                tries);
    }

    Blobs open() {
        return open(GcsFake.BUCKET);
    }

    Blobs open(String bucket) {
        return new GcsBlobsProvider().open(Optional.of(bucket), new Context(settings()));
    }

    private record Context(GcsSettings settings) implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            return type.cast(settings);
        }

        @Override
        public Path home() {
            return Path.of("home");
        }
    }
}
