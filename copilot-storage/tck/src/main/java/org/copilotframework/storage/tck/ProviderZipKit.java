package org.copilotframework.storage.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.api.spi.ProviderContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the archive of one or more providers must be, that is dropped into the host's folder. The build makes it before the tests and
 * says where it is by the system property {@code copilot.test.plugin}; the README of this kit tells how.
 */
public abstract class ProviderZipKit {
    private static final String INDEX = "classes/META-INF/extensions.idx";

    /** For subclasses. */
    protected ProviderZipKit() {}

    /**
     * The plugin's id.
     *
     * @return as its manifest must say it
     */
    protected abstract String id();

    /**
     * A provider that the archive must have.
     *
     * @param type what it is for the host: an interface of the contract with a method {@code name()}, such as {@link
     *     org.copilotframework.api.spi.storage.StorageProvider}
     * @param name what that method must say
     */
    public record Expected(Class<?> type, String name) {}

    /**
     * The providers that the archive's index must name.
     *
     * @return all of them, in any order
     */
    protected abstract List<Expected> providers();

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
     * Uses what the archive provides, in a class loader that has the archive's classes and the contract's, as the host's. By default
     * it is enough that the providers are there.
     *
     * @param providers made of the archive's own classes
     * @throws Exception if they do not work
     */
    protected void use(Providers providers) throws Exception {}

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

    @Test
    void theProvidersWorkInALoaderOfTheirOwn(@TempDir Path folder) throws Exception {
        List<URL> urls = unpacked(folder);
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), new HostsClasses())) {
            List<Object> made = new ArrayList<>();
            for (String name : indexed()) {
                Class<?> found = loader.loadClass(name);
                assertThat(found.getClassLoader()).isSameAs(loader);
                made.add(found.getDeclaredConstructor().newInstance());
            }
            Providers providers = new Providers(made);
            assertThat(made).as("what the index names").hasSameSizeAs(providers());
            for (Expected expected : providers()) {
                assertThat(providers.names(expected.type())).as("%s", expected).containsOnlyOnce(expected.name());
            }
            use(providers);
        }
    }

    /** What an archive provides. */
    public static final class Providers {
        private final List<Object> made;

        private Providers(List<Object> made) {
            this.made = made;
        }

        /**
         * The one of a type.
         *
         * @param <T> what it provides
         * @param type an interface of the contract
         * @return the only one that there is
         */
        public <T> T the(Class<T> type) {
            List<T> such =
                    made.stream().filter(type::isInstance).map(type::cast).toList();
            assertThat(such).as("%s", type).hasSize(1);
            return such.get(0);
        }

        private List<Object> names(Class<?> type) throws ReflectiveOperationException {
            List<Object> names = new ArrayList<>();
            for (Object one : made) {
                if (type.isInstance(one)) {
                    names.add(type.getMethod("name").invoke(one));
                }
            }
            return names;
        }
    }

    /**
     * What a provider is given to read its settings.
     *
     * @param settings by name, without their prefix
     * @return a context that reads them as the orchestrator would
     */
    protected static ProviderContext context(Map<String, String> settings) {
        return new KitContext(settings, Path.of("target", "provider-kit").toAbsolutePath());
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

    /**
     * Drops the archive into a folder, for a host that finds its providers there and nowhere else: on the class path that this thread
     * shows from now on, they are not declared.
     *
     * @param folder where the folder of plugins is made
     * @return what takes the class path back when it is closed
     * @throws IOException if the archive cannot be copied
     */
    protected static DroppedArchive dropped(Path folder) throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(archive(), plugins.resolve("dropped.zip"));
        return new DroppedArchive(plugins, indexed());
    }

    private static List<String> indexed() throws IOException {
        try (ZipFile zip = new ZipFile(archive().toFile());
                InputStream in = zip.getInputStream(zip.getEntry(INDEX))) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
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
