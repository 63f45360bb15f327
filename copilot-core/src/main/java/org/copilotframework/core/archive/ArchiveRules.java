package org.copilotframework.core.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/** What the classes of a plugin must be like. */
final class ArchiveRules {
    /** Java 1.0 had class files of version 45. */
    private static final int CLASS_VERSION_BASE = 44;

    private static final int MAGIC = 0xCAFEBABE;
    private static final String PROVIDED = "give it scope provided, or inherit copilot-plugin-parent, which does";
    /** Not shared, but nothing that a plugin could use. */
    private static final String CORE = "copilot-core";

    private static final Set<String> REFUSED = Set.of(SharedPackages.API, SharedPackages.PF4J, CORE);

    private final List<Part> parts;
    private final Findings findings;

    ArchiveRules(List<Part> parts, Findings findings) {
        this.parts = parts;
        this.findings = findings;
    }

    /** Classes that the host gives to every plugin must not come with it. */
    void checkSharedPackages() {
        for (Part part : parts) {
            Set<String> refused = new LinkedHashSet<>();
            Set<String> ignored = new LinkedHashSet<>();
            for (ZipItem item : part.items()) {
                String name = item.name();
                if (name.endsWith(".class")
                        && name.startsWith("org/", part.prefix().length())) {
                    String artifact =
                            ofHost(className(name.substring(part.prefix().length())));
                    if (artifact != null) {
                        (REFUSED.contains(artifact) ? refused : ignored).add(artifact);
                    }
                }
            }
            for (String artifact : refused) {
                findings.problem("it packs the classes of " + artifact + part.label() + ", which the host provides; "
                        + PROVIDED);
            }
            for (String artifact : ignored) {
                findings.warning(
                        "it packs the classes of " + artifact + part.label() + "; the host's are used; " + PROVIDED);
            }
        }
    }

    /** No class may be newer than this JVM; for a library that is only told, since it may never load that class. */
    void checkClassVersions(boolean librariesToo) throws IOException {
        int running = Runtime.version().feature();
        for (Part part : parts) {
            if (part.library() && !librariesToo) {
                continue;
            }
            String newest = null;
            int newestVersion = running;
            for (ZipItem item : part.items()) {
                if (isClassOf(item.name(), part.prefix())) {
                    int version = javaVersion(part.head(item));
                    if (version > newestVersion) {
                        newestVersion = version;
                        newest = className(item.name().substring(part.prefix().length()));
                    }
                }
            }
            tellNewest(part, newest, newestVersion, running);
        }
    }

    /** Every extension and the plugin's own class must be there. */
    void checkClasses(PluginKind kind, List<String> extensions, @Nullable String pluginClass) {
        if (extensions.isEmpty()) {
            findings.problem(
                    "it has no extension (" + Part.EXTENSIONS + " is missing or empty), so no "
                            + (kind == PluginKind.AGENT
                                    ? "agent; put @AgentInfo(name = \"...\") on a public class that implements Agent"
                                    : "provider; put PF4J's @Extension on a public class that implements one, such as StorageProvider")
                            + ", and name PF4J's annotation processor"
                            + " in the build (inherit copilot-plugin-parent, or set annotationProcessorPaths to org.pf4j:pf4j)");
        }
        for (String extension : extensions) {
            if (!has(extension)) {
                findings.problem("its extension index lists " + Names.shown(extension)
                        + ", but has no such class; build it" + " again from a clean folder (mvn clean package)");
            }
        }
        if (pluginClass != null && !has(pluginClass)) {
            findings.problem("Plugin-Class " + Names.shown(pluginClass)
                    + " is not in it; correct the name, or leave the attribute out");
        }
    }

    private boolean has(String className) {
        for (Part part : parts) {
            if (part.has(className)) {
                return true;
            }
        }
        return false;
    }

    /** The extension index: PF4J reads one class name per line, and comments from {@code #} on. */
    static List<String> extensions(String index) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : index.split("\n")) {
            int comment = line.indexOf('#');
            String name = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new ArrayList<>(names);
    }

    private void tellNewest(Part part, @Nullable String newest, int version, int running) {
        if (newest == null) {
            return;
        }
        String words = "its class " + Names.shown(newest) + part.label() + " is built for Java " + version
                + ", this JVM is Java " + running;
        if (part.library()) {
            findings.warning(words + "; if it is needed, use a version of the library for Java " + running);
        } else {
            findings.problem(words + "; build with <maven.compiler.release>" + running
                    + "</maven.compiler.release> or run the host on Java " + version);
        }
    }

    private static boolean isClassOf(String name, String prefix) {
        return name.endsWith(".class")
                && name.startsWith(prefix)
                && !name.startsWith("META-INF/", prefix.length())
                && !name.endsWith("module-info.class");
    }

    private static int javaVersion(byte[] head) {
        boolean isClass = head.length == 8
                && ((head[0] & 0xFF) << 24 | (head[1] & 0xFF) << 16 | (head[2] & 0xFF) << 8 | head[3] & 0xFF) == MAGIC;
        return isClass ? ((head[6] & 0xFF) << 8 | head[7] & 0xFF) - CLASS_VERSION_BASE : 0;
    }

    private static @Nullable String ofHost(String className) {
        return className.startsWith("org.copilotframework.core.") ? CORE : SharedPackages.artifact(className);
    }

    private static String className(String file) {
        return file.substring(0, file.length() - ".class".length()).replace('/', '.');
    }
}
