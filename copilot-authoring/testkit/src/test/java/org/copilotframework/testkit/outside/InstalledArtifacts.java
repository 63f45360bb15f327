package org.copilotframework.testkit.outside;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A local Maven repository of the test's own, into which this project is installed, so that the user's is never written to.
 *
 * <p>It begins as hard links to the files of the user's repository: no copy, no download, whatever mirrors the user's settings
 * name, and unlike a second repository behind the first it needs no Maven newer than 3.8. Maven's records of where a file
 * came from stay behind, for they are written in place, and without them a file counts as installed here.
 */
final class InstalledArtifacts {
    private static final String REPOSITORY = "outside-repository";

    /** Told by the POM: when this build began. Without a build, as in an editor, each JVM installs what is there now. */
    private static final String BUILD =
            System.getProperty("copilot.test.build", UUID.randomUUID().toString());

    private static @Nullable InstalledArtifacts ofThisBuild;
    private static @Nullable FileLock heldUntilTheJvmEnds;

    private final Path repository;

    private InstalledArtifacts(Path repository) {
        this.repository = repository;
    }

    /**
     * What this build installs, once for all test classes, whichever JVM of the build they run in. Another build of the same
     * folder installs its own only when the tests of this JVM have ended.
     */
    static synchronized InstalledArtifacts ofThisBuild() throws IOException {
        if (ofThisBuild == null) {
            Path module = Path.of("").toAbsolutePath();
            Path note = Files.createDirectories(module.resolve("target")).resolve("outside-repository.installed-by");
            FileChannel lock = FileChannel.open(
                    note.resolveSibling("outside-repository.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            heldUntilTheJvmEnds = lock.lock(0, Long.MAX_VALUE, true);
            while (!isOfThisBuild(note)) {
                heldUntilTheJvmEnds.release();
                try (FileLock alone = lock.lock()) {
                    if (!isOfThisBuild(note)) {
                        install(module);
                        Files.writeString(note, BUILD);
                    }
                }
                heldUntilTheJvmEnds = lock.lock(0, Long.MAX_VALUE, true);
            }
            ofThisBuild = new InstalledArtifacts(module.resolve("target").resolve(REPOSITORY));
        }
        return ofThisBuild;
    }

    private static boolean isOfThisBuild(Path note) throws IOException {
        return Files.exists(note) && Files.readString(note).equals(BUILD);
    }

    /** Installs this project as {@code mvn install} does, but for its tests and its gates. */
    private static void install(Path module) throws IOException {
        Path root = module.getParent().getParent();
        InstalledArtifacts installed =
                new InstalledArtifacts(module.resolve("target").resolve(REPOSITORY));
        link(Path.of(System.getProperty("localRepository")), installed.repository);
        installed
                .maven(root)
                .run(
                        "install",
                        "--projects=copilot-authoring/plugin-parent,copilot-authoring/testkit",
                        "--also-make",
                        // Beside the build that is running.
                        "-Dcopilot.build.directory=target/outside",
                        "--activate-profiles=!error-prone",
                        "-Dmaven.test.skip=true",
                        "-Dcopilot.javadoc.skip=true",
                        "-Dcopilot.coverage.skip=true",
                        "-Denforcer.skip=true",
                        "-Dspotless.check.skip=true")
                .requireSuccess();
    }

    /** Maven in another folder, with this repository as its local one. */
    MavenRun maven(Path folder) {
        return new MavenRun(folder, List.of("-Dmaven.repo.local=" + repository));
    }

    private static void link(Path from, Path to) throws IOException {
        Path own = from.resolve("org/copilotframework");
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.equals(own)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                Path linked = to.resolve(from.relativize(file));
                if ((name.endsWith(".jar") || name.endsWith(".pom")) && Files.notExists(linked)) {
                    linkOrCopy(file, linked);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path gone, IOException why) {
                // Another build may write to the user's repository meanwhile.
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void linkOrCopy(Path file, Path linked) throws IOException {
        try {
            Files.createLink(linked, file);
        } catch (UnsupportedOperationException | IOException anotherDisk) {
            Files.copy(file, linked, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
