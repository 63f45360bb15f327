package org.copilotframework.core.archive;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/**
 * Tells which kind of plugin an archive says it is, without checking or unpacking anything else: providers are loaded before
 * agents, and to find the few among many archives must cost next to nothing.
 */
public final class ArchiveGlance {
    /** What follows an archive's name in the name of the file that tells its SHA-256. */
    public static final String DIGEST_SUFFIX = ".sha256";

    static final String PROPERTIES = "plugin.properties";
    private static final String[] MANIFESTS = {Part.MANIFEST, Layout.CLASSES + Part.MANIFEST};
    private static final String MENTION = PluginKind.MANIFEST_ATTRIBUTE.toLowerCase(Locale.ROOT);

    private ArchiveGlance() {}

    /**
     * Whether a file of the watched folder counts, by its name.
     *
     * @param file the file
     * @return true for a JAR or ZIP that is not hidden
     */
    public static boolean isArchive(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && (name.endsWith(".jar") || name.endsWith(".zip"));
    }

    /**
     * Looks at an archive.
     *
     * @param file the archive
     * @param limits how large it may be
     * @return what it says; agents where it says nothing, or nothing that is known
     * @throws IOException if it cannot be read; the message says why
     */
    public static PluginKind of(Path file, ArchiveLimits limits) throws IOException {
        try (Bytes bytes = Bytes.of(file)) {
            ZipIndex index = ZipIndex.read(bytes, limits);
            try (ZipContent content = new ZipContent(bytes, index, limits)) {
                return of(index, content);
            }
        }
    }

    static PluginKind of(ZipIndex index, ZipContent content) throws IOException {
        if (index.find(PROPERTIES) == null && !mentionsKind(index, content)) {
            return PluginKind.AGENT;
        }
        for (String prefix : new String[] {Layout.CLASSES, ""}) {
            Function<String, @Nullable String> manifest = new Part(".", prefix, index, () -> content).manifest();
            if (manifest != null && manifest.apply("Plugin-Id") != null) {
                return kind(manifest);
            }
        }
        Function<String, @Nullable String> properties = properties(index, content);
        return properties == null ? PluginKind.AGENT : kind(properties);
    }

    /** Whether any manifest may say the kind: most do not, and to parse them costs a start of many plugins. */
    private static boolean mentionsKind(ZipIndex index, ZipContent content) throws IOException {
        for (String name : MANIFESTS) {
            ZipItem item = index.find(name);
            // An attribute's name is in any case, but never broken by the end of a line.
            if (item != null
                    && new String(content.read(item, Part.MAX_MANIFEST), StandardCharsets.ISO_8859_1)
                            .toLowerCase(Locale.ROOT)
                            .contains(MENTION)) {
                return true;
            }
        }
        return false;
    }

    /** PF4J's other descriptor: {@code Plugin-Id} is {@code plugin.id} there. Null if there is none. */
    static @Nullable Function<String, @Nullable String> properties(ZipIndex index, ZipContent content)
            throws IOException {
        String text = new Part(".", "", index, () -> content).text(PROPERTIES);
        if (text == null) {
            return null;
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw new BadZipException("its plugin.properties cannot be read (" + e.getMessage() + "); correct it");
        }
        return name -> properties.getProperty(name.toLowerCase(Locale.ROOT).replace('-', '.'));
    }

    private static PluginKind kind(Function<String, @Nullable String> attributes) {
        String text = attributes.apply(PluginKind.MANIFEST_ATTRIBUTE);
        return text != null && text.strip().equals(lower(PluginKind.PROVIDER)) ? PluginKind.PROVIDER : PluginKind.AGENT;
    }

    static String lower(PluginKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
