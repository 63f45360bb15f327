package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets one writer at a time, of all processes, compare a file and move another one into its place. */
final class RootLock {
    /** A lock on a file is held by the whole JVM, so its threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path file;

    RootLock(Path file) {
        this.file = file;
    }

    /** Waits until the others are through, which takes them no longer than to rename a file. */
    Held take() throws IOException {
        THREADS.lock();
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            return new Held(channel);
        } catch (OverlappingFileLockException loadedTwice) {
            release(channel);
            throw new IOException(file + " is locked elsewhere in this process; try again", loadedTwice);
        } catch (IOException | RuntimeException | Error fault) {
            release(channel);
            throw fault;
        }
    }

    private static void release(@Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            THREADS.unlock();
        }
    }

    /** The lock, until it is closed; it goes with the process, too. */
    static final class Held implements AutoCloseable {
        private final FileChannel channel;

        private Held(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            release(channel);
        }
    }
}
