package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which process may change what is remembered in a home, and delete copies there: the first that works on it, until it
 * ends, however it does. Two orchestrators of one process count as two.
 */
final class HomeLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HomeLock.class);
    private static final String NAME = ".lock";

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock; null if another has it. Where the file system knows no locks, nobody is kept out. */
    static @Nullable HomeLock tryOf(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock taken;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException byThisProcess) {
            taken = null;
        } catch (IOException noLocks) {
            LOG.warn(
                    "{} cannot be locked ({}); see that no other process works on this home",
                    folder,
                    noLocks.toString());
            return new HomeLock(channel);
        }
        if (taken == null) {
            channel.close();
            return null;
        }
        return new HomeLock(channel);
    }

    /** Lets another have it; the lock goes with the channel. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
