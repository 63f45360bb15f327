package org.copilotframework.storage.gcs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.spi.blob.Blobs;

/**
 * The bucket that {@code COPILOT_TEST_GCS_URL} names: {@code gs://bucket/prefix/}, with the credentials that the machine has; or
 * {@code gs://bucket/prefix/?credentials=/path/of/key.json}, or {@code ?endpoint=http://host:port} of another fake, without
 * credentials.
 */
record RealBucket(URI url) {
    static Optional<RealBucket> named() {
        return Optional.ofNullable(System.getenv("COPILOT_TEST_GCS_URL")).map(url -> new RealBucket(URI.create(url)));
    }

    Blobs open() {
        String query = Optional.ofNullable(url.getQuery()).orElse("");
        Optional<URI> endpoint = Optional.of(query)
                .filter(one -> one.startsWith("endpoint="))
                .map(one -> URI.create(one.substring("endpoint=".length())));
        return new GcsUnderTest(
                        endpoint,
                        Optional.of(query)
                                .filter(one -> one.startsWith("credentials="))
                                .map(one -> Path.of(one.substring("credentials=".length()))),
                        endpoint.isPresent(),
                        Optional.of(url.getPath()
                                        .substring(Math.min(1, url.getPath().length())))
                                .filter(prefix -> !prefix.isEmpty()),
                        8,
                        Duration.ofSeconds(20),
                        4)
                .open(url.getHost());
    }
}
