package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.core.file.FolderTree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a store keeps its copies: in the home, or in a temporary folder where the home cannot be written or another host has it.
 *
 * @param folders the store's own copies
 * @param lent the home's copies where the store's own are elsewhere: read, never written
 * @param another whether another host has the home
 * @param lock what keeps other hosts from the home
 */
record StorePlace(
        CopyFolders folders,
        @Nullable CopyFolders lent,
        boolean another,
        @Nullable HomeLock lock) implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StorePlace.class);

    /** Whatever other stores there are in this home. */
    static StorePlace besideOthers(Path home) throws IOException {
        Path folder = folder(home);
        return writable(folder) ? new StorePlace(new CopyFolders(folder), null, false, null) : temporary(folder, false);
    }

    /** In the home only if no other host has it. */
    static StorePlace alone(Path home) throws IOException {
        Path folder = folder(home);
        if (!writable(folder)) {
            return temporary(folder, false);
        }
        HomeLock lock = HomeLock.tryOf(folder);
        if (lock != null) {
            return new StorePlace(new CopyFolders(folder), null, false, lock);
        }
        LOG.info(
                "Another process works with {}; what is installed there is served from copies, and not changed",
                folder);
        return temporary(folder, true);
    }

    private static StorePlace temporary(Path folder, boolean another) throws IOException {
        return new StorePlace(new CopyFolders(temporary()), new CopyFolders(folder), another, null);
    }

    private static Path temporary() throws IOException {
        try {
            return Files.createTempDirectory("copilot-plugins-");
        } catch (IOException e) {
            throw new IOException(
                    "plugins are copied before they are loaded; there is no writing below the home, nor in the temporary"
                            + " folder " + System.getProperty("java.io.tmpdir") + " (" + e
                            + "); mount a writable folder there, in memory if need be, or name another by"
                            + " -Djava.io.tmpdir",
                    e);
        }
    }

    private static Path folder(Path home) {
        return home.toAbsolutePath().normalize().resolve("plugins");
    }

    private static boolean writable(Path folder) {
        try {
            Folders.createAll(folder);
            return Files.isWritable(folder);
        } catch (IOException e) {
            return false; // What writable() tells; install says so to the person.
        }
    }

    /** Whether copies outlive this process. */
    boolean writable() {
        return lent == null;
    }

    @Override
    public void close() throws IOException {
        if (!writable()) {
            FolderTree.delete(folders.root());
        }
        if (lock != null) {
            lock.close();
        }
    }
}
