package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.encryption.EncryptionProvider;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest {
    private static final Path ZIP = Path.of(Objects.requireNonNull(System.getProperty("copilot.test.plugin")));

    @Test
    void theManifestSaysWhatTheHostAsksFor() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("classes/META-INF/MANIFEST.MF"))) {
            Attributes manifest = new Manifest(in).getMainAttributes();
            assertThat(manifest.getValue("Plugin-Id")).isEqualTo("copilot-security-encryption");
            assertThat(manifest.getValue("Plugin-Version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
            assertThat(manifest.getValue(ApiGeneration.MANIFEST_ATTRIBUTE))
                    .isEqualTo(Integer.toString(ApiGeneration.CURRENT));
            assertThat(manifest.getValue("Copilot-Plugin-Kind")).isEqualTo("provider");
        }
    }

    @Test
    void librariesArePackedAndWhatTheHostBringsIsNot() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            List<String> libraries = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
            assertThat(libraries)
                    .allMatch(name -> name.startsWith("lib/"))
                    .anyMatch(name -> name.startsWith("lib/tink-"))
                    .noneMatch(name -> name.matches("lib/(copilot-|pf4j|slf4j|jspecify|java-semver|logback|junit).*"));
        }
    }

    @Test
    void theProvidersWorkInALoaderOfTheirOwn(@TempDir Path folder) throws Exception {
        List<URL> urls = unpack(folder);
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), new HostsClasses())) {
            List<Object> found = new ArrayList<>();
            for (String name : Files.readAllLines(folder.resolve("classes/META-INF/extensions.idx"))) {
                Class<?> type = loader.loadClass(name);
                assertThat(type.getClassLoader()).isSameAs(loader);
                found.add(type.getDeclaredConstructor().newInstance());
            }
            EncryptionProvider encryption = (EncryptionProvider) found.get(0);
            KeyWrapperProvider wrapping = (KeyWrapperProvider) found.get(1);
            ProviderContext context =
                    new Context(Map.of("secret-key", Keyring.SECRET, "key-check", "1m", "key-life", "1h"));
            Storage plain = Stored.memory();
            KeyWrapper wrapper = wrapping.open(context);
            Storage store = encryption.open(wrapper, new Keyring(), context).storage(plain);
            store.migrate();
            store.commit(Stored.turn(Stored.ACME, Stored.SESSION, 1, Stored.payload("hello")));
            assertThat(store.sessions().turns(Stored.ACME, Stored.SESSION, 1, 1, Long.MAX_VALUE))
                    .singleElement()
                    .satisfies(turn -> assertThat(Stored.text(turn.content())).isEqualTo("hello"));
        }
    }

    private static List<URL> unpack(Path folder) throws IOException {
        // A folder's URL ends with a slash only if the folder is there.
        Files.createDirectories(folder.resolve("classes"));
        List<URL> urls =
                new ArrayList<>(List.of(folder.resolve("classes").toUri().toURL()));
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            for (ZipEntry entry : zip.stream().filter(one -> !one.isDirectory()).toList()) {
                Path file = folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, file);
                }
                if (entry.getName().startsWith("lib/")) {
                    urls.add(file.toUri().toURL());
                }
            }
        }
        return urls;
    }

    /** Fills the records of the loader, as the host does. */
    private record Context(Map<String, String> values) implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            try {
                RecordComponent[] components = type.getRecordComponents();
                Class<?>[] types = new Class<?>[components.length];
                Object[] arguments = new Object[components.length];
                for (int i = 0; i < components.length; i++) {
                    String name =
                            components[i].getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
                    types[i] = components[i].getType();
                    Optional<String> value = Optional.ofNullable(values.get(name));
                    arguments[i] = types[i] == Optional.class
                            ? value
                            : Duration.parse("PT" + value.orElseThrow().toUpperCase(Locale.ROOT));
                }
                Constructor<T> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(arguments);
            } catch (ReflectiveOperationException wrong) {
                throw new IllegalStateException(wrong);
            }
        }

        @Override
        public Path home() {
            return Path.of("target").toAbsolutePath();
        }
    }

    /** What the host shows to a plugin: the JDK, the contract, and the three libraries of the contract. */
    private static final class HostsClasses extends ClassLoader {
        HostsClasses() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("org.copilotframework.api.")
                    || name.startsWith("org.pf4j.")
                    || name.startsWith("org.slf4j.")
                    || name.startsWith("org.jspecify.")) {
                return PluginZipTest.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
