package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.copilotframework.core.PluginSigner;
import org.copilotframework.core.file.FolderTree;
import org.jspecify.annotations.Nullable;

/**
 * Checks an archive where it lies, by the rules of the store, without taking a copy.
 *
 * @param info what the archive says of itself
 * @param libraries the file names of the libraries in it
 * @param artifacts the names of the Maven artifacts whose classes were packed among its own
 * @param signers those who signed all of it; empty if it is not signed, or the signature is good for nothing
 * @param warnings what is odd about it, its signature included
 */
public record ArchiveCheck(
        ArchiveInfo info,
        Set<String> libraries,
        Set<String> artifacts,
        List<PluginSigner> signers,
        List<String> warnings) {
    /** Copies the collections. */
    public ArchiveCheck {
        signers = List.copyOf(signers);
        warnings = List.copyOf(warnings);
        libraries = Set.copyOf(libraries);
        artifacts = Set.copyOf(artifacts);
    }

    /**
     * Checks an archive.
     *
     * @param file the archive
     * @param limits how large it may be
     * @param trust what it must show; a digest that lies beside it is compared in any case, and a signature that is good for
     *     nothing is a warning where none is asked for
     * @return what was found
     * @throws RefusedArchiveException if a host would refuse it
     * @throws IOException if it cannot be read, or no temporary folder can be made for its libraries
     */
    public static ArchiveCheck of(Path file, ArchiveLimits limits, Trust trust)
            throws RefusedArchiveException, IOException {
        String name = String.valueOf(file.getFileName());
        Intake intake = read(file, name, limits);
        Digests.check(file, name, intake.digest(), null, trust);
        try (Temporary temporary = new Temporary();
                Bytes bytes = intake.open()) {
            PluginScan scan = PluginScan.of(name, intake.digest(), bytes, limits, temporary);
            ZipIndex index = ZipIndex.read(bytes, limits);
            Findings signature = new Findings();
            List<PluginSigner> signers = trust.asksForSignature() || SignatureFiles.any(index)
                    ? trust.signers(file, bytes, limits, signature)
                    : List.of();
            if (trust.asksForSignature()) {
                signature.refuse(name, scan.info().ref());
            }
            List<String> warnings = new ArrayList<>(scan.info().warnings());
            signature.problems().forEach(problem -> warnings.add("its signature is good for nothing: " + problem));
            Set<String> libraries = new HashSet<>();
            scan.layout().libraries().forEach(library -> libraries.add(library.substring(Layout.LIBRARIES.length())));
            return new ArchiveCheck(scan.info(), libraries, artifacts(index), signers, warnings);
        }
    }

    private static Intake read(Path file, String name, ArchiveLimits limits)
            throws RefusedArchiveException, IOException {
        try {
            return Intake.inPlace(file, limits);
        } catch (BadZipException e) {
            throw new RefusedArchiveException(name, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Which of these libraries did not come with the plugin.
     *
     * @param runtimeLibraries file names of artifacts, such as {@code gson-2.13.jar}
     * @return those that are neither in {@code lib/} nor packed among the plugin's own classes
     */
    public List<String> missing(List<String> runtimeLibraries) {
        return runtimeLibraries.stream()
                .filter(library -> !libraries.contains(library))
                .filter(library -> artifacts.stream().noneMatch(artifact -> library.startsWith(artifact + "-")))
                .toList();
    }

    /** Maven leaves {@code META-INF/maven/<group>/<artifact>/} in each JAR, and so in what is made of many. */
    private static Set<String> artifacts(ZipIndex index) {
        Set<String> artifacts = new HashSet<>();
        for (ZipItem item : index.items()) {
            String[] names = item.name().split("/");
            if (names.length > 3 && item.name().startsWith("META-INF/maven/")) {
                artifacts.add(names[3]);
            }
        }
        return artifacts;
    }

    /** A folder for libraries, for as long as they are looked at. */
    private static final class Temporary implements PluginScan.Beside, AutoCloseable {
        private @Nullable Path folder;

        @Override
        public Path folder() throws IOException {
            if (folder == null) {
                folder = Files.createTempDirectory("copilot-check-");
            }
            return folder;
        }

        @Override
        public boolean done() {
            return false;
        }

        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public void close() throws IOException {
            if (folder != null) {
                FolderTree.delete(folder);
            }
        }
    }
}
