package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import org.copilotframework.core.file.Durable;
import org.copilotframework.core.file.FolderTree;

/** The folders below a root, none of which may be a link. */
final class BlobFolders {
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

    /** Makes folders one by one, so that none is made behind a link. */
    void make(Path folder) throws IOException {
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
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(folder + " is in the way: it is not a folder; remove it", existing);
            }
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
