package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.core.file.FolderTree;
import org.jspecify.annotations.Nullable;

/**
 * The store's folder on the disk: a folder for each copy, named by its digest, and folders in the making beside them. A folder
 * comes and goes by a rename, so that nobody ever sees half a copy. Several processes may write here.
 */
final class CopyFolders {
    static final String UNFINISHED = ".new-";
    private static final AtomicLong STORES = new AtomicLong();
    /** What an archive is called unless parts of it are unpacked beside it. */
    static final String JAR = "plugin.jar";

    private static final String ZIP = "plugin.zip";
    /** What a process that died has left behind is deleted after this time. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path root;
    private final AtomicLong numbers = new AtomicLong();
    /** Of this store alone: other processes, and other stores of this one, write here too. */
    private final String unfinished = UNFINISHED + ProcessHandle.current().pid() + "-"
            + Long.toHexString(System.nanoTime()) + "-" + STORES.incrementAndGet() + "-";

    CopyFolders(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** Where the copy of this digest is, or would be; a folder that is never there for what is no digest. */
    Path of(String digest) {
        return root.resolve(Digests.isDigest(digest) ? digest : "unknown");
    }

    /** The digests of the copies that are there, sorted. */
    Set<String> digests() throws IOException {
        Set<String> digests = new TreeSet<>();
        for (String name : names()) {
            if (Digests.isDigest(name)) {
                digests.add(name);
            }
        }
        return digests;
    }

    private String[] names() throws IOException {
        String[] names = root.toFile().list();
        if (names == null && Files.exists(root)) {
            throw new IOException(root + " cannot be listed; see that it is a folder that this process may read");
        }
        return names == null ? new String[0] : names;
    }

    /** What the archive is called in the folder of its copy. */
    static String fileName(Layout layout) {
        return layout.unpacks() ? ZIP : JAR;
    }

    /** The archive in the folder of a copy. */
    static Path archive(Path folder) throws NoSuchFileException {
        for (String name : List.of(JAR, ZIP)) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new NoSuchFileException(folder.resolve(JAR).toString());
    }

    /** A path for a folder in the making, which no other has. */
    Path fresh() {
        return root.resolve(unfinished.concat(Long.toString(numbers.incrementAndGet())));
    }

    /** Moves a folder to its place; false if somebody else was faster. */
    static boolean move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            if (Files.isDirectory(to)) {
                return false;
            }
            throw e;
        }
    }

    void remove(Path folder) throws IOException {
        Path aside = moveAside(folder);
        if (aside != null) {
            FolderTree.delete(aside);
        }
    }

    /** Out of sight first, so that nobody opens half a copy; null if somebody else was faster. */
    @Nullable
    Path moveAside(Path folder) throws IOException {
        Path aside = fresh();
        try {
            return Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Deletes what processes that died left in the making. */
    void removeAbandoned(Sweep sweep) throws IOException {
        Instant abandoned = Instant.now().minus(ABANDONED);
        for (String name : names()) {
            if (name.startsWith(UNFINISHED)) {
                sweep.run(() -> removeAbandoned(root.resolve(name), abandoned));
            }
        }
    }

    private static void removeAbandoned(Path folder, Instant abandoned) throws IOException {
        try {
            if (!Files.getLastModifiedTime(folder).toInstant().isBefore(abandoned)) {
                return;
            }
        } catch (NoSuchFileException e) {
            return; // It was moved to its place, or somebody else has deleted it.
        }
        FolderTree.delete(folder);
    }
}
