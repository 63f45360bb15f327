package org.copilotframework.core.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Files and folders that survive a loss of power. */
public final class Durable {
    private Durable() {}

    /**
     * Forces a file's content to the disk.
     *
     * @param file the file
     * @throws IOException if that fails
     */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Forces a folder's names to the disk; where there are no POSIX folders it cannot be done.
     *
     * @param folder the folder
     * @throws IOException if that fails
     */
    public static void forceFolder(Path folder) throws IOException {
        if (posix(folder)) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Forces the names in a folder and in all folders below it.
     *
     * @param root the folder
     * @throws IOException if that fails
     */
    public static void forceFolders(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path folder : (Iterable<Path>) tree.filter(Files::isDirectory)::iterator) {
                forceFolder(folder);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Whether the file system has folders that can be forced, and owners.
     *
     * @param path a path on it
     * @return true if it has
     */
    public static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
