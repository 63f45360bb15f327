package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/**
 * Checks and describes one archive. Loads none of its classes.
 *
 * @param info what the archive says of itself
 * @param layout how it is laid out
 * @param classPath the places its classes come from, relative to the copy's folder; {@code .} is the archive itself
 */
record PluginScan(ArchiveInfo info, Layout layout, List<String> classPath) {
    /** Where an archive's parts are unpacked to. Asked for only if there are any. */
    interface Beside {
        /** The folder; created by then. */
        Path folder() throws IOException;

        /** Whether the parts are there already, from an earlier full scan. */
        boolean done();

        /** Whether parts that are there already are compared byte by byte, rather than by size and checksum. */
        default boolean exact() {
            return false;
        }

        /** Whether what is written is forced to the disk. */
        boolean durable();
    }

    static PluginScan of(String file, String digest, Bytes bytes, ArchiveLimits limits, Beside beside)
            throws RefusedArchiveException, IOException {
        Findings findings = new Findings();
        PluginManifest manifest = null;
        try (ArchiveWalk walk = new ArchiveWalk(bytes, limits, beside, findings)) {
            Layout layout = walk.unpack();
            if (layout != null) {
                List<Part> parts = walk.parts(layout);
                manifest = manifest(walk.attributes(parts), findings);
                PluginKind kind = manifest == null ? PluginKind.AGENT : manifest.kind();
                if (manifest != null && manifest.ref() != null) {
                    walk.checkGlance(kind);
                }
                List<String> extensions = walk.extensions(parts);
                ArchiveRules rules = new ArchiveRules(parts, findings);
                rules.checkSharedPackages();
                new ClassPathRules(parts, findings).check();
                rules.checkClassVersions(!beside.done());
                rules.checkClasses(kind, extensions, manifest == null ? null : manifest.pluginClass());
                if (findings.problems().isEmpty() && manifest != null && manifest.ref() != null) {
                    ArchiveInfo info = info(manifest, manifest.ref(), digest, extensions, findings);
                    List<String> places = new ArrayList<>();
                    for (Part part : parts) {
                        places.add(part.place());
                    }
                    return new PluginScan(info, layout, places);
                }
            }
        } catch (BadZipException e) {
            findings.problem(String.valueOf(e.getMessage()));
        }
        throw new RefusedArchiveException(file, findings.problems(), manifest == null ? null : manifest.ref(), null);
    }

    private static @Nullable PluginManifest manifest(
            @Nullable Function<String, @Nullable String> attributes, Findings findings) {
        if (attributes == null) {
            findings.problem("it has no manifest (" + Part.MANIFEST
                    + "), so it is no plugin; inherit copilot-plugin-parent," + " which writes one");
            return null;
        }
        return PluginManifest.read(attributes, findings);
    }

    private static ArchiveInfo info(
            PluginManifest manifest, PluginRef ref, String digest, List<String> extensions, Findings findings) {
        return new ArchiveInfo(
                ref,
                manifest.kind(),
                digest,
                manifest.description(),
                manifest.provider(),
                manifest.needs(),
                manifest.swap(),
                manifest.pluginClass(),
                extensions,
                findings.warnings());
    }
}
