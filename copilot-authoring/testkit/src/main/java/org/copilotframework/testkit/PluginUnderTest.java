package org.copilotframework.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The plugin whose tests are running. Tests run before a build packs its archive, so the archive is made here: of the classes
 * that were compiled, the libraries that would be packed, and the manifest that would be written. {@code copilot-plugin-parent}
 * tells all three by system properties:
 *
 * <ul>
 *   <li>{@code copilot-testkit.classes}: the folder of the plugin's classes
 *   <li>{@code copilot-testkit.libraries}: its runtime libraries, joined by the path separator; may be missing
 *   <li>{@code copilot-testkit.manifest.<attribute>}: each attribute of the manifest, such as {@code Plugin-Id}
 * </ul>
 */
public final class PluginUnderTest {
    private static final String CLASSES = "copilot-testkit.classes";
    private static final String LIBRARIES = "copilot-testkit.libraries";
    private static final String ATTRIBUTE = "copilot-testkit.manifest.";
    /** One moment for all entries, so that the same classes give the same digest. */
    private static final long MOMENT = 1_735_689_600_000L;

    private static @Nullable Path packed;

    private PluginUnderTest() {}

    /**
     * Packs the plugin, once in a JVM.
     *
     * @return a JAR, or a ZIP if the plugin has libraries; deleted when the JVM ends
     * @throws IllegalStateException if the system properties are not there
     */
    public static synchronized Path archive() {
        Path archive = packed;
        if (archive == null) {
            try {
                Path folder = Files.createTempDirectory("copilot-plugin-under-test-");
                folder.toFile().deleteOnExit();
                archive = pack(System.getProperties(), folder);
                archive.toFile().deleteOnExit();
            } catch (IOException unusable) {
                throw new UncheckedIOException("the plugin under test cannot be packed", unusable);
            }
            packed = archive;
        }
        return archive;
    }

    static Path pack(Properties told, Path folder) throws IOException {
        Path classes = Path.of(told(told, CLASSES));
        if (!Files.isDirectory(classes)) {
            throw new IllegalStateException(
                    "the plugin has no classes in " + classes + "; compile it first (mvn test)");
        }
        List<Path> libraries = libraries(told);
        Manifest manifest = manifest(told);
        String prefix = libraries.isEmpty() ? "" : "classes/";
        Path archive = folder.resolve("plugin-under-test" + (libraries.isEmpty() ? ".jar" : ".zip"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            // Read once and thrown away: not worth the time to compress it.
            zip.setLevel(Deflater.NO_COMPRESSION);
            begin(zip, prefix + "META-INF/MANIFEST.MF");
            manifest.write(zip);
            copyFolder(classes, prefix, zip);
            Set<String> names = new HashSet<>();
            for (Path library : libraries) {
                begin(zip, "lib/" + freeName(library, names));
                copyLibrary(library, zip);
            }
        }
        return archive;
    }

    private static String told(Properties told, String name) {
        String value = told.getProperty(name, "");
        if (value.isEmpty() || value.startsWith("${")) {
            throw new IllegalStateException(
                    "the system property " + name + " is not set, so the plugin under test cannot be"
                            + " packed; run the test by Maven in a project that inherits copilot-plugin-parent, or name a finished"
                            + " archive with plugin(Path)");
        }
        return value;
    }

    private static List<Path> libraries(Properties told) {
        List<Path> libraries = new ArrayList<>();
        if (!told.getProperty(LIBRARIES, "").isEmpty()) {
            for (String library : told(told, LIBRARIES).split(File.pathSeparator)) {
                libraries.add(Path.of(library));
            }
        }
        return libraries;
    }

    private static Manifest manifest(Properties told) {
        told(told, ATTRIBUTE + "Plugin-Id");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        for (String name : told.stringPropertyNames()) {
            String value = told.getProperty(name);
            if (name.startsWith(ATTRIBUTE) && !value.isEmpty() && !value.startsWith("${")) {
                manifest.getMainAttributes().putValue(name.substring(ATTRIBUTE.length()), value);
            }
        }
        return manifest;
    }

    private static String freeName(Path library, Set<String> taken) {
        String name = Files.isDirectory(library) ? "module.jar" : String.valueOf(library.getFileName());
        String free = name;
        for (int i = 2; !taken.add(free); i++) {
            free = i + "-" + name;
        }
        return free;
    }

    /** A library of the same Maven build may be a folder of classes still. */
    private static void copyLibrary(Path library, ZipOutputStream out) throws IOException {
        if (!Files.isDirectory(library)) {
            Files.copy(library, out);
            return;
        }
        ZipOutputStream jar = new ZipOutputStream(out);
        copyFolder(library, "", jar);
        jar.finish();
    }

    private static void copyFolder(Path folder, String prefix, ZipOutputStream zip) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .forEach(
                            file -> files.put(folder.relativize(file).toString().replace('\\', '/'), file));
        }
        files.remove("META-INF/MANIFEST.MF");
        for (Map.Entry<String, Path> file : files.entrySet()) {
            begin(zip, prefix + file.getKey());
            Files.copy(file.getValue(), zip);
        }
    }

    private static void begin(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(MOMENT);
        zip.putNextEntry(entry);
    }
}
