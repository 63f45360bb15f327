package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** The folders below a root, none of which may be a link. */
final class BlobFolders {
    /** Whether a folder can be forced to the disk, so that the names in it survive the loss of power. */
    static final boolean NAMES_ARE_FORCED =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

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
            force(Objects.requireNonNull(folder.getParent()));
        } catch (FileAlreadyExistsException existing) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(folder + " is in the way: it is not a folder; remove it", existing);
            }
        }
    }

    /** Forces the names in a folder to the disk, where that can be done. */
    void force(Path folder) throws IOException {
        if (NAMES_ARE_FORCED) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
