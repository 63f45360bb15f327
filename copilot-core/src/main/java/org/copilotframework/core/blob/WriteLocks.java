package org.copilotframework.core.blob;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of all processes at a time replace or delete a file, for the moment in which it looks at the file's version
 * and acts on it. Names share a fixed number of locks. Nobody waits for one without bound.
 */
final class WriteLocks {
    private static final int STRIPES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 2;

    /**
     * Those of this JVM that are in use. The system knows only whether the JVM has a lock, and takes it away with the first of
     * its threads that closes the file.
     */
    private static final ConcurrentMap<Place, Here> HERE = new ConcurrentHashMap<>();

    /** A lock by what the system takes for one folder, whatever path leads there. */
    private record Place(Object folder, int stripe) {}

    /** Among the threads of this JVM. */
    private static final class Here extends ReentrantLock {
        private static final long serialVersionUID = 1;

        /** How many have it or wait for it; changed in the map only. */
        private int users;
    }

    /** How a lock is asked for among processes. */
    @FunctionalInterface
    interface Ask {
        /** The lock, or null if another process has it. */
        @Nullable
        FileLock of(FileChannel file) throws IOException;
    }

    /** What is done while nobody else may. */
    @FunctionalInterface
    interface Deed<T> {
        T run() throws IOException;
    }

    private final Path folder;
    private final Duration patience;
    private final Ask ask;

    WriteLocks(Path folder) {
        this(folder, PATIENCE, FileChannel::tryLock);
    }

    WriteLocks(Path folder, Duration patience, Ask ask) {
        this.folder = folder;
        this.patience = patience;
        this.ask = ask;
    }

    /**
     * Does something to a file.
     *
     * @param name the file's name, the same for all
     * @throws UnavailableException if others do not let go of its lock
     * @throws IOException if the deed throws it, or the volume knows no locks
     */
    <T> T holding(String name, Deed<T> deed) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        int stripe = Math.floorMod(name.hashCode(), STRIPES);
        Files.createDirectories(folder);
        Place place = new Place(identity(), stripe);
        Here here = HERE.compute(place, (same, known) -> used(known == null ? new Here() : known, 1));
        try {
            if (!here.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw late(name, stripe, "another thread of this process");
            }
            try {
                return alone(name, stripe, end, deed);
            } finally {
                here.unlock();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "whoever waited for the lock of file '" + name + "' was interrupted; the file is as it was");
        } finally {
            HERE.compute(place, (same, known) -> known == null ? null : used(known, -1));
        }
    }

    private static @Nullable Here used(Here here, int more) {
        here.users += more;
        return here.users == 0 ? null : here;
    }

    private Object identity() throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        return key == null ? folder.toRealPath() : key;
    }

    private <T> T alone(String name, int stripe, long end, Deed<T> deed) throws IOException, InterruptedException {
        try (FileChannel file = FileChannel.open(at(stripe), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // It goes with the file.
            while (!locked(file)) {
                if (end - System.nanoTime() <= 0) {
                    throw late(name, stripe, "another process");
                }
                Thread.sleep(LOOK_MILLIS);
            }
            return deed.run();
        }
    }

    private boolean locked(FileChannel file) throws IOException {
        try {
            return ask.of(file) != null;
        } catch (OverlappingFileLockException twice) {
            throw new IOException(
                    "this folder of files is used by two copies of the orchestrator's classes in one JVM", twice);
        } catch (IOException noLocks) {
            throw new IOException(
                    "files are kept in " + folder.getParent() + " (copilot.blobs.bucket, in the environment"
                            + " STORAGE_BUCKET), and that volume gives no file locks, without which two processes would"
                            + " overwrite each other's files: " + noLocks.getMessage()
                            + "; mount it with locks, or name"
                            + " a folder on another volume, or another provider (copilot.blobs.provider)",
                    noLocks);
        }
    }

    private UnavailableException late(String name, int stripe, String who) {
        return new UnavailableException(
                "file '" + name + "' cannot be changed now: " + who + " has held the lock " + at(stripe) + " for "
                        + patience.toMillis()
                        + " ms; if it hangs, end it, or see whether its volume answers; the file is"
                        + " as it was",
                Duration.ofSeconds(1));
    }

    private Path at(int stripe) {
        return folder.resolve(Integer.toString(stripe));
    }
}
