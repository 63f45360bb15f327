package org.copilotframework.core.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * One place that classes of a plugin come from: the archive's root, its folder {@code classes/}, or a library in it.
 *
 * @param place where it is in the archive: {@code .} for the archive itself, {@code classes}, or {@code lib/x.jar}
 * @param prefix what the names of its entries begin with in its index
 * @param index the ZIP that it is in
 * @param content gives the content of that ZIP
 */
record Part(String place, String prefix, ZipIndex index, Opening content) {
    /** Opens the content of a ZIP, which may be closed again as soon as that of another is asked for. */
    interface Opening {
        ZipContent content() throws IOException;
    }

    static final String MANIFEST = "META-INF/MANIFEST.MF";
    static final String EXTENSIONS = "META-INF/extensions.idx";
    private static final int MAX_TEXT = 1 << 20;
    /** That of a signed archive tells of each of its classes. */
    static final int MAX_MANIFEST = 16 << 20;

    Collection<ZipItem> items() {
        return index.items();
    }

    boolean library() {
        return place.startsWith(Layout.LIBRARIES);
    }

    @Nullable
    ZipItem find(String name) {
        return index.find(prefix + name);
    }

    boolean has(String className) {
        return find(className.replace('.', '/') + ".class") != null;
    }

    /** Whether a rule may ask for the text of an entry with this name. */
    static boolean isText(String name) {
        return name.equals(MANIFEST) || name.equals(EXTENSIONS) || name.equals(ArchiveGlance.PROPERTIES);
    }

    /** The first bytes of a class. */
    byte[] head(ZipItem item) throws IOException {
        return content.content().head(item);
    }

    @Nullable
    String text(String name) throws IOException {
        ZipItem item = find(name);
        return item == null ? null : new String(content.content().read(item, MAX_TEXT), StandardCharsets.UTF_8);
    }

    /** The manifest's main attributes, or null if there is no manifest. */
    @Nullable
    Function<String, @Nullable String> manifest() throws IOException {
        ZipItem item = find(MANIFEST);
        return item == null ? null : manifest(item);
    }

    /** The main attributes of the manifest that is this entry. */
    Function<String, @Nullable String> manifest(ZipItem item) throws IOException {
        Attributes known = index.manifests().get(item);
        Attributes attributes = known != null ? known : attributes(item);
        // Of others there may be many, and a large one may have large attributes.
        if (!library() && item.name().equals(prefix + MANIFEST) && item.size() <= ZipContent.MAX_KEPT) {
            index.manifests().put(item, attributes);
        }
        return attributes::getValue;
    }

    private Attributes attributes(ZipItem item) throws IOException {
        byte[] bytes = content.content().read(item, MAX_MANIFEST);
        try {
            return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        } catch (IOException | IllegalArgumentException e) {
            throw new BadZipException(
                    "its manifest" + label() + " cannot be read (" + e.getMessage() + "); let the build tool write it");
        }
    }

    /** How a person finds it. */
    String label() {
        return library() ? " (in " + place + ")" : "";
    }
}
