package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.copilotframework.core.file.Durable;
import org.copilotframework.core.file.FolderTree;

/** The folders below a root, none of which may be a link. */
final class BlobFolders {
    /** Whoever deletes the last file of a folder removes it, and may do so between any two steps of who writes there. */
    private static final int ATTEMPTS = 100;

    private final Path root;

    BlobFolders(Path root) {
        this.root = root;
    }

    /** Whether each step from the root to a folder is a folder itself, not a link to one. */
    boolean hold(Path folder) {
        Path step = root;
        for (Path entry : root.relativize(folder)) {
            step = step.resolve(entry);
            if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return true;
    }

    /** Makes folders one by one, so that none is made behind a link; anew if others remove them meanwhile. */
    void make(Path folder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                makeAll(folder);
                return;
            } catch (NoSuchFileException removed) {
                if (attempt == ATTEMPTS) {
                    throw removed;
                }
            }
        }
    }

    /**
     * Moves a file to its place. Whoever deletes the last file of the folder removes it, under another file's lock: it is made
     * again then.
     */
    void place(Path growing, Path file) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return;
            } catch (NoSuchFileException gone) {
                if (attempt == ATTEMPTS) {
                    throw gone;
                }
                make(Objects.requireNonNull(file.getParent()));
            }
        }
    }

    private void makeAll(Path folder) throws IOException {
        Files.createDirectories(root);
        Path step = root;
        for (Path entry : root.relativize(folder)) {
            step = step.resolve(entry);
            if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                makeOne(step);
            }
        }
    }

    private void makeOne(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            Durable.forceFolder(Objects.requireNonNull(folder.getParent()));
        } catch (FileAlreadyExistsException existing) {
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(folder.toString());
            } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(folder + " is in the way: it is not a folder; remove it", existing);
            }
        }
    }

    /**
     * After a deletion: removes the folders that are empty by it, and forces to the disk that the file is gone.
     *
     * @param folder where the file was
     * @param top a folder above it, which stays
     */
    void tidy(Path folder, Path top) throws IOException {
        Path left = folder;
        while (!left.equals(top) && isRemoved(left)) {
            left = Objects.requireNonNull(left.getParent());
        }
        while (true) {
            try {
                Durable.forceFolder(left);
                return;
            } catch (NoSuchFileException removedByAnother) {
                if (left.equals(root)) {
                    throw removedByAnother;
                }
                left = Objects.requireNonNull(left.getParent());
            }
        }
    }

    private static boolean isRemoved(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException stillInUse) {
            // It has other files, or the system does not let go of it now: an empty folder is in nobody's way.
            return false;
        }
    }

    /** Deletes a folder with all that is in it. What somebody puts there meanwhile may be left. */
    void delete(Path folder) throws IOException {
        try {
            FolderTree.delete(folder);
        } catch (DirectoryNotEmptyException writtenMeanwhile) {
            // Whoever writes for the tenant now keeps his file.
        }
        Durable.forceFolder(Objects.requireNonNull(folder.getParent()));
    }
}
