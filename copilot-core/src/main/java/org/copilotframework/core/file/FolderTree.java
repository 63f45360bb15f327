package org.copilotframework.core.file;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder with all that is in it. */
public final class FolderTree {
    private FolderTree() {}

    /**
     * Deletes it, if it is there. A link goes, what it leads to stays; that somebody else deletes there too is no fault.
     *
     * @param folder the folder
     * @throws DirectoryNotEmptyException if somebody has put something there meanwhile; all that was there before is gone
     * @throws IOException if something cannot be deleted
     */
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Deletion deletion = new Deletion();
            Files.walkFileTree(folder, deletion);
            if (deletion.refilled != null) {
                throw deletion.refilled;
            }
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        private @Nullable DirectoryNotEmptyException refilled;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            try {
                Files.deleteIfExists(visited);
            } catch (DirectoryNotEmptyException meanwhile) {
                refilled = meanwhile;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
