package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Lets one thread of all processes at a time replace or delete a file, for the moment in which it looks at the file's version
 * and acts on it. Names share a fixed number of locks.
 */
final class WriteLocks {
    private static final int STRIPES = 64;
    /** Of all stores in this JVM, since the system knows only whether the JVM has a lock. */
    private static final ReentrantLock[] HERE =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);

    private final Path folder;

    WriteLocks(Path folder) {
        this.folder = folder;
    }

    /** What is done while nobody else may. */
    interface Deed<T> {
        T run() throws IOException;
    }

    <T> T holding(String name, Deed<T> deed) throws IOException {
        int stripe = Math.floorMod(name.hashCode(), STRIPES);
        HERE[stripe].lock();
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(Integer.toString(stripe)),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return deed.run();
            } catch (OverlappingFileLockException twice) {
                throw new IOException(
                        "this folder of files is used by two copies of the orchestrator's classes in one JVM", twice);
            }
        } finally {
            HERE[stripe].unlock();
        }
    }
}
