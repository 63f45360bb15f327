package org.copilotframework.core.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.core.provider.ProviderPlugins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setting picks who keeps the files, and how large they may be. */
class BlobsProvidersTest {
    private static final TenantId ACME = new TenantId("acme");

    @TempDir
    Path folder;

    @Test
    void localIsAFolderInTheHomeOrTheOneThatTheBucketNames() throws IOException {
        for (Optional<String> bucket : List.of(
                Optional.<String>empty(),
                Optional.of(folder.resolve("elsewhere").toString()))) {
            try (Blobs blobs = open("local", bucket, getClass().getClassLoader())) {
                blobs.write(ACME, "a", out -> out.write('x'));
            }
        }
        assertThat(folder.resolve("home/blobs/acme/a")).exists();
        assertThat(folder.resolve("elsewhere/acme/a")).exists();
    }

    @Test
    void theNamePicksTheProviderWhichGetsTheBucket() throws IOException {
        try (URLClassLoader loader = withProviders(Shoebox.class);
                Blobs blobs = open("shoebox", Optional.of("photos"), loader)) {
            blobs.write(ACME, "a", out -> out.write('x'));
        }
        assertThat(folder.resolve("home/shoebox/photos/acme/a")).exists();
    }

    @Test
    void anUnknownNameNamesTheSettingAndListsTheKnownOnes() throws IOException {
        try (URLClassLoader loader = withProviders(Shoebox.class)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> open("s4", Optional.empty(), loader))
                    .withMessageContaining("copilot.blobs.provider")
                    .withMessageContaining("STORAGE_PROVIDER")
                    .withMessageContaining("'s4'")
                    .withMessageContaining("local, shoebox");
        }
    }

    @Test
    void twoProvidersOfOneNameAreNamedBoth() throws IOException {
        try (URLClassLoader loader = withProviders(Shoebox.class, OtherShoebox.class)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> open("shoebox", Optional.empty(), loader))
                    .withMessageContaining("two providers of files are named 'shoebox'")
                    .withMessageContaining(Shoebox.class.getName())
                    .withMessageContaining(OtherShoebox.class.getName());
        }
    }

    @Test
    void aFileThatIsLongerThanAllowedIsNotStored() throws IOException {
        try (Blobs blobs = new BoundedBlobs(new LocalBlobs(folder), 10)) {
            blobs.write(ACME, "ten", out -> out.write(new byte[10]));
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> blobs.write(ACME, "ten", BlobOptions.NONE, out -> {
                        out.write(new byte[10]);
                        out.write(1);
                    }))
                    .withMessageContaining("10 bytes")
                    .withMessageContaining("copilot.blobs.max-bytes");
            assertThat(blobs.stat(ACME, "ten").orElseThrow().size()).isEqualTo(10);
        }
    }

    @Test
    void aWriterThatHidesTheLimitStoresNoShortenedFile() throws IOException {
        try (Blobs blobs = new BoundedBlobs(new LocalBlobs(folder), 10)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> blobs.write(ACME, "hidden", BlobOptions.NONE, out -> {
                        out.write(new byte[10]);
                        try {
                            out.write(1);
                        } catch (InvalidRequestException hidden) {
                            assertThat(hidden).hasMessageContaining("10 bytes");
                        }
                    }))
                    .withMessageContaining("copilot.blobs.max-bytes");
            assertThat(blobs.stat(ACME, "hidden")).isEmpty();
        }
    }

    private Blobs open(String name, Optional<String> bucket, ClassLoader loader) {
        return BlobsProviders.open(
                name, bucket, loader, ProviderPlugins.none(), any -> new Context(folder.resolve("home")));
    }

    private record Context(Path home) implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            throw new AssertionError("no provider here has settings");
        }
    }

    private URLClassLoader withProviders(Class<?>... providers) throws IOException {
        Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
        StringBuilder names = new StringBuilder();
        for (Class<?> provider : providers) {
            names.append(provider.getName()).append('\n');
        }
        Files.writeString(services.resolve(BlobsProvider.class.getName()), names);
        return new URLClassLoader(
                new URL[] {folder.resolve("classes").toUri().toURL()},
                getClass().getClassLoader());
    }

    /** A folder of the bucket's name in the home. */
    public static class Shoebox implements BlobsProvider {
        /** For the service loader. */
        public Shoebox() {}

        @Override
        public String name() {
            return "shoebox";
        }

        @Override
        public Blobs open(Optional<String> bucket, ProviderContext context) {
            return new LocalBlobs(context.home().resolve("shoebox").resolve(bucket.orElseThrow()));
        }
    }

    /** Has the same name. */
    public static final class OtherShoebox extends Shoebox {
        /** For the service loader. */
        public OtherShoebox() {}
    }
}
