package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.copilotframework.api.ApiGeneration;
import org.junit.jupiter.api.Test;

/**
 * What the archive of a provider must be, that is dropped into the host's folder. The build makes it before the tests and says where
 * it is by the system property {@code copilot.test.plugin}; the README of this kit tells how.
 */
public abstract class ProviderZipKit {
    /** For subclasses. */
    protected ProviderZipKit() {}

    /**
     * The plugin's id.
     *
     * @return as its manifest must say it
     */
    protected abstract String id();

    /**
     * Libraries that must be packed.
     *
     * @return what their files' names begin with
     */
    protected abstract List<String> packed();

    /**
     * Further libraries that must not be packed, beside those that the host brings and those of tests.
     *
     * @return what their files' names begin with
     */
    protected List<String> unwanted() {
        return List.of();
    }

    /**
     * The archive.
     *
     * @return where it is
     */
    protected static Path archive() {
        String archive = System.getProperty("copilot.test.plugin");
        if (archive == null) {
            throw new IllegalStateException(
                    "the system property copilot.test.plugin says where the archive is, and is not set: run the tests with"
                            + " Maven, whose Surefire sets it, and have the archive made in the phase"
                            + " process-test-classes; the README of copilot-storage-tck has both to copy");
        }
        return Path.of(archive);
    }

    @Test
    void theManifestSaysWhatTheHostAsksFor() throws IOException {
        try (ZipFile zip = new ZipFile(archive().toFile());
                InputStream in = zip.getInputStream(zip.getEntry("classes/META-INF/MANIFEST.MF"))) {
            Attributes manifest = new Manifest(in).getMainAttributes();
            assertThat(manifest.getValue("Plugin-Id")).isEqualTo(id());
            assertThat(manifest.getValue("Plugin-Version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
            assertThat(manifest.getValue(ApiGeneration.MANIFEST_ATTRIBUTE))
                    .isEqualTo(Integer.toString(ApiGeneration.CURRENT));
            assertThat(manifest.getValue("Copilot-Plugin-Kind")).isEqualTo("provider");
        }
    }

    @Test
    void librariesArePackedAndWhatTheHostBringsIsNot() throws IOException {
        List<String> refused = new ArrayList<>(unwanted());
        refused.addAll(List.of("copilot-", "pf4j", "slf4j", "jspecify"));
        refused.addAll(List.of("java-semver", "logback", "junit", "assertj"));
        try (ZipFile zip = new ZipFile(archive().toFile())) {
            List<String> libraries = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
            assertThat(libraries).allMatch(name -> name.startsWith("lib/"));
            for (String library : packed()) {
                assertThat(libraries).anyMatch(name -> name.startsWith("lib/" + library));
            }
            for (String library : refused) {
                assertThat(libraries).noneMatch(name -> name.startsWith("lib/" + library));
            }
        }
    }

    /**
     * What is done with a provider, and may fail.
     *
     * @param <T> what the provider is used as
     */
    protected interface Use<T> {
        /**
         * Uses it.
         *
         * @param provider an instance of the archive's own class
         * @throws Exception if it fails
         */
        void of(T provider) throws Exception;
    }

    /**
     * Unpacks the archive and uses its provider in a class loader that has the archive's classes and the contract's, as the host's.
     *
     * @param <T> what it provides
     * @param folder an empty folder
     * @param type what it provides
     * @param use what is done with it
     * @throws Exception if it fails
     */
    protected static <T> void inALoaderOfItsOwn(Path folder, Class<T> type, Use<T> use) throws Exception {
        List<URL> urls = unpacked(folder);
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), new HostsClasses())) {
            String name = Files.readString(folder.resolve("classes/META-INF/extensions.idx"))
                    .strip();
            Class<?> found = loader.loadClass(name);
            assertThat(found.getClassLoader()).isSameAs(loader);
            use.of(type.cast(found.getDeclaredConstructor().newInstance()));
        }
    }

    private static List<URL> unpacked(Path folder) throws IOException {
        // A folder's URL ends with a slash only if the folder is there.
        Files.createDirectories(folder.resolve("classes"));
        List<URL> urls =
                new ArrayList<>(List.of(folder.resolve("classes").toUri().toURL()));
        try (ZipFile zip = new ZipFile(archive().toFile())) {
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
                return ApiGeneration.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
