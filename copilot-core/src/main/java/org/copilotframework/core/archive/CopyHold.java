package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a copy from being deleted, also by other processes, while somebody has it in use who does not register it: a locked file
 * in the folder of the copy. The lock of a process that died is gone with it.
 */
final class CopyHold implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyHold.class);
    private static final String PREFIX = "in-use-";
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Those of this process. To open one of them a second time, and close it, would give up its lock on some systems. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private CopyHold(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static CopyHold of(Path folder) throws IOException {
        Path file = folder.toRealPath()
                .resolve(PREFIX + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + "-"
                        + NUMBERS.incrementAndGet());
        OWN.add(file);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new IOException(file + " is locked by somebody else");
            }
            return new CopyHold(file, channel);
        } catch (IOException | RuntimeException e) {
            OWN.remove(file);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    /** Whether anybody holds this copy. */
    static boolean any(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.toRealPath(), PREFIX + "*")) {
            for (Path file : files) {
                if (OWN.contains(file) || locked(file)) {
                    return true;
                }
            }
        } catch (NoSuchFileException e) {
            return false; // Somebody else was faster; there is nothing to protect.
        }
        return false;
    }

    private static boolean locked(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (IOException | OverlappingFileLockException e) {
            LOG.debug("{} cannot be locked: {}", file, e.toString());
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
        OWN.remove(file);
    }
}
