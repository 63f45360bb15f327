package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JAR can name more JARs to load classes from. Those would not be in the private copy, so nobody has checked them. */
final class ClassPathRules {
    private static final String INDEX = "META-INF/INDEX.LIST";
    private static final String FIX =
            "remove addClasspath and Class-Path from the build; libraries belong into lib/ of a plugin ZIP";
    private static final String INDEX_FIX =
            "remove the index from the build; libraries belong into lib/ of a plugin ZIP";
    private static final int MAX_INDEX = 1 << 20;
    /** A scheme or drive, an absolute path, or a step up; the JVM decodes entries, so these may be written in percents. */
    private static final Pattern OUTSIDE =
            Pattern.compile("^[/\\\\]|:|\\.\\.|%(2e|2f|3a|5c)", Pattern.CASE_INSENSITIVE);

    private final List<Part> parts;
    private final Findings findings;

    ClassPathRules(List<Part> parts, Findings findings) {
        this.parts = parts;
        this.findings = findings;
    }

    void check() throws IOException {
        for (Part part : parts) {
            for (ZipItem item : part.items()) {
                // The JVM finds a manifest in whatever case its name is written.
                if (named(item, part, Part.MANIFEST)) {
                    checkManifest(part, part.manifest(item));
                } else if (named(item, part, INDEX)) {
                    checkIndex(part, item);
                }
            }
        }
    }

    private void checkManifest(Part part, Function<String, @Nullable String> manifest) {
        String classPath = manifest.apply("Class-Path");
        if (classPath == null || classPath.isBlank()) {
            return;
        }
        String words = "its manifest" + part.label() + " has the Class-Path '" + Names.shown(classPath.strip()) + "'";
        if (own(part)) {
            findings.problem(words + ", which leads out of the archive; " + FIX);
        } else if (leadsOut(classPath)) {
            findings.problem(words + ", which leads out of the archive; use another version of the library, or " + FIX);
        } else {
            findings.warning(words + "; only what is in lib/ is found; " + FIX);
        }
    }

    private void checkIndex(Part part, ZipItem index) throws IOException {
        String words = "it has a JAR index (" + INDEX + ")" + part.label();
        if (own(part)) {
            findings.problem(words + ", which names other JARs; " + INDEX_FIX);
        } else if (!namesItselfOnly(part, index)) {
            findings.warning(words + "; only what is in lib/ is found; " + INDEX_FIX);
        }
    }

    /** As the libraries of Netty do: that leads nowhere. */
    private static boolean namesItselfOnly(Part part, ZipItem index) throws IOException {
        if (index.size() > MAX_INDEX) {
            return false;
        }
        String own = part.place().substring(Layout.LIBRARIES.length());
        return new String(part.content().read(index, MAX_INDEX), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.endsWith(".jar"))
                .allMatch(own::equals);
    }

    private static boolean leadsOut(String classPath) {
        for (String entry : classPath.strip().split("\\s+")) {
            if (OUTSIDE.matcher(entry).find()) {
                return true;
            }
        }
        return false;
    }

    /** The plugin's own classes come first, also where they are a library among others. */
    @SuppressWarnings("ReferenceEquality") // Of interest is this very part.
    private boolean own(Part part) {
        return part == parts.get(0);
    }

    private static boolean named(ZipItem item, Part part, String name) {
        int start = part.prefix().length();
        return item.name().length() == start + name.length()
                && item.name().startsWith(part.prefix())
                && item.name().regionMatches(true, start, name, 0, name.length());
    }
}
