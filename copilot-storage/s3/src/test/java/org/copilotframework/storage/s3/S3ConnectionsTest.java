package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** The connections that all who use a store share, and whose threads work for them. */
class S3ConnectionsTest extends S3Theme {
    /** Else a plugin that calls the store could never be unloaded. */
    @Test
    void noThreadOfTheSdkAndNoParserTakesTheCallersClassLoader() throws Exception {
        List<ClassLoader> seen = new CopyOnWriteArrayList<>();
        AnsweringClient fresh = BucketUnderTest.client(settings());
        Thread caller = Thread.currentThread();
        ClassLoader own = caller.getContextClassLoader();
        try (Blobs store = BucketUnderTest.open(settings(), fresh);
                URLClassLoader plugins = new URLClassLoader(new URL[0], null)) {
            fresh.rule(request -> {
                seen.add(Thread.currentThread().getContextClassLoader());
                return Optional.empty();
            });
            caller.setContextClassLoader(plugins);
            try {
                store.list(ACME, "", "", 10);
                try (InputStream in = store.read(ACME, "a").orElseThrow()) {
                    assertThat(in.readAllBytes()).isNotEmpty();
                }
                store.presign(ACME, "a", Duration.ofMinutes(1));
                assertThat(caller.getContextClassLoader()).isSameAs(plugins);
            } finally {
                caller.setContextClassLoader(own);
            }
            assertThat(seen).isNotEmpty().containsOnly(Bucket.class.getClassLoader());
            assertThat(Thread.getAllStackTraces().keySet())
                    .allSatisfy(
                            thread -> assertThat(thread.getContextClassLoader()).isNotSameAs(plugins));
        }
    }

    @Test
    void filesThatNobodyClosesAreToldByTheSettingThatTheyExhaust() throws IOException {
        S3Settings few = new S3Settings(
                Optional.empty(),
                Optional.of(BucketUnderTest.server().endpoint()),
                true,
                settings().prefix(),
                5,
                Duration.ofMillis(800),
                2,
                Optional.empty());
        write("b", "x".repeat(3 << 20));
        try (Blobs store = BucketUnderTest.open(few, BucketUnderTest.client(few))) {
            InputStream one = store.read(ACME, "b").orElseThrow();
            InputStream other = store.read(ACME, "b").orElseThrow();
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.stat(ACME, "b"))
                    .withMessageContaining("hold all 2 connections")
                    .withMessageContaining("copilot.blobs.s3.max-connections");
            one.close();
            assertThat(store.stat(ACME, "b")).isPresent();
            // Read to its end it holds none either.
            assertThat(other.readAllBytes()).hasSize(3 << 20);
            try (InputStream third = store.read(ACME, "b").orElseThrow();
                    InputStream fourth = store.read(ACME, "b").orElseThrow()) {
                assertThat(third.read()).isEqualTo(fourth.read());
            }
        }
    }

    /** To open one takes two requests, the second while the first one's connection is in use. */
    @Test
    void largeFilesAreOpenedWithOneConnection() throws IOException {
        writeLarge("large", BlobOptions.NONE);
        S3Settings one = new S3Settings(
                Optional.empty(),
                settings().endpoint(),
                true,
                settings().prefix(),
                5,
                Duration.ofSeconds(20),
                1,
                Optional.empty());
        try (Blobs store = BucketUnderTest.open(one, BucketUnderTest.client(one));
                Blob blob = store.open(ACME, "large", BlobRange.from(10)).orElseThrow()) {
            assertThat(blob.info().sha256()).isNotNull();
            assertThat(blob.content().readAllBytes()).hasSize(3 * service().part() - 10);
        }
    }
}
