package org.copilotframework.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.provider.ProviderPlugins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageProvidersTest {
    @TempDir
    Path classPath;

    @Test
    void theSchemePicksTheProvider() throws IOException {
        try (URLClassLoader loader = withProviders(Tape.class)) {
            assertThat(open("memory:local", loader)).isInstanceOf(MemoryStorage.class);
            assertThat(open("memory:", loader)).isInstanceOf(MemoryStorage.class);
            assertThat(open("TAPE://user:secret@reel/1", loader)).isSameAs(Tape.STORAGE);
        }
    }

    @Test
    void anUnknownSchemeNamesTheSettingAndListsTheKnownOnesButShowsNoPassword() throws IOException {
        try (URLClassLoader loader = withProviders(Tape.class)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> open("oracle://scott:tiger@db", loader))
                    .withMessageContaining("copilot.storage.url")
                    .withMessageContaining("DATABASE_URL")
                    .withMessageContaining("'oracle'")
                    .withMessageContaining("memory, tape")
                    .matches(error -> !error.getMessage().contains("tiger"));
        }
    }

    @Test
    void aUrlWithoutASchemeIsRefusedWithAnExample() throws IOException {
        try (URLClassLoader loader = withProviders()) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> open("data/copilot.db", loader))
                    .withMessageContaining("copilot.storage.url")
                    .withMessageContaining("memory:local");
        }
    }

    @Test
    void twoProvidersOfOneSchemeAreNamedBoth() throws IOException {
        try (URLClassLoader loader = withProviders(Tape.class, OtherTape.class)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> open("memory:local", loader))
                    .withMessageContaining("are named 'tape'")
                    .withMessageContaining(Tape.class.getName() + " (on the class path, test-classes)")
                    .withMessageContaining("and " + OtherTape.class.getName());
        }
    }

    @Test
    void aProviderThatCannotBeMadeIsNamed() throws IOException {
        try (URLClassLoader loader = withProviders(Broken.class)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> open("memory:local", loader))
                    .withMessageContaining(Broken.class.getName());
        }
    }

    private static Storage open(String url, ClassLoader loader) {
        return StorageProviders.open(url, loader, ProviderPlugins.none(), name -> new Context());
    }

    private static final class Context implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            throw new AssertionError("no provider here has settings");
        }

        @Override
        public Path home() {
            return Path.of("").toAbsolutePath();
        }
    }

    private URLClassLoader withProviders(Class<?>... providers) throws IOException {
        Path services = Files.createDirectories(classPath.resolve("META-INF/services"));
        StringBuilder names = new StringBuilder();
        for (Class<?> provider : providers) {
            names.append(provider.getName()).append('\n');
        }
        Files.writeString(services.resolve(StorageProvider.class.getName()), names);
        return new URLClassLoader(
                new URL[] {classPath.toUri().toURL()}, getClass().getClassLoader());
    }

    /** A provider of a scheme that nobody else has. */
    public static class Tape implements StorageProvider {
        static final Storage STORAGE = new MemoryStorage(1);

        @Override
        public String name() {
            return "tape";
        }

        @Override
        public Set<String> schemes() {
            return Set.of("tape");
        }

        @Override
        public Storage open(StorageUrl url, ProviderContext context) {
            return STORAGE;
        }
    }

    /** The same scheme once more. */
    public static final class OtherTape extends Tape {}

    /** Throws when it is made. */
    public static final class Broken extends Tape {
        /** Throws. */
        public Broken() {
            throw new IllegalArgumentException("no driver");
        }
    }
}
