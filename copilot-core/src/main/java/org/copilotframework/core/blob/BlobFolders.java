package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    /** Deletes a folder with all that is in it; a link goes, what it leads to stays. What is made in it meanwhile may be left. */
    void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
                if (failed instanceof NoSuchFileException) {
                    // Somebody else deletes here, too.
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                try {
                    Files.deleteIfExists(each);
                } catch (DirectoryNotEmptyException writtenMeanwhile) {
                    // Whoever writes for the tenant now keeps his file; all the others are still to be deleted.
                    return FileVisitResult.CONTINUE;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        force(Objects.requireNonNull(folder.getParent()));
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
