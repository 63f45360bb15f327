package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
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
            assertThat(manifest.getValue("Plugin-Id")).isEqualTo("copilot-storage-dynamodb");
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
                    .anyMatch(name -> name.startsWith("lib/dynamodb-"))
                    // credentials of a web identity
                    .anyMatch(name -> name.startsWith("lib/sts-"))
                    .noneMatch(
                            name -> name.matches(
                                    "lib/(copilot-|pf4j|slf4j|jspecify|java-semver|logback|junit|netty|DynamoDBLocal|sqlite).*"));
        }
    }

    @Test
    void theProviderWorksInALoaderOfItsOwn(@TempDir Path folder) throws Exception {
        List<URL> urls = unpack(folder);
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), new HostsClasses())) {
            String name = Files.readString(folder.resolve("classes/META-INF/extensions.idx"))
                    .strip();
            Class<?> type = loader.loadClass(name);
            assertThat(type.getClassLoader()).isSameAs(loader);
            StorageProvider provider =
                    (StorageProvider) type.getDeclaredConstructor().newInstance();
            TableUnderTest test = TableUnderTest.fresh();
            try (Storage store = provider.open(StorageUrl.parse(test.url()), test.context())) {
                store.migrate();
                store.check();
                assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION)).isEmpty();
                store.commit(Sample.turn(1));
                assertThat(store.sessions().turns(Sample.TENANT, Sample.SESSION, 1, 1, Long.MAX_VALUE))
                        .containsExactly(Sample.turn(1, Sample.payload("said 1")));
            }
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
