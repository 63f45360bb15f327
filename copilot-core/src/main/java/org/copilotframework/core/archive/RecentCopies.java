package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.copilotframework.core.file.FolderTree;

/** Knows which copies were taken or opened lately: whoever did so may be about to register them, so they are not deleted. */
final class RecentCopies {
    /** How long a copy is left alone. */
    static final Duration IN_FLIGHT = Duration.ofMinutes(10);

    private final CopyFolders folders;
    private final LongSupplier nanoTime;
    /** When this store last accepted or reopened a copy, by digest; its lock is held while a copy is moved away. */
    private final Map<String, Long> used = new HashMap<>();

    RecentCopies(CopyFolders folders, LongSupplier nanoTime) {
        this.folders = folders;
        this.nanoTime = nanoTime;
    }

    void use(String digest) {
        synchronized (used) {
            used.put(digest, nanoTime.getAsLong());
        }
    }

    /** Deletes a copy unless it was used lately. */
    void removeUnused(String digest) throws IOException {
        Path folder = folders.of(digest);
        Path aside;
        synchronized (used) {
            if (inFlight(digest, folder) || CopyHold.any(folder)) {
                return;
            }
            used.remove(digest);
            aside = folders.moveAside(folder);
        }
        if (aside != null) {
            FolderTree.delete(aside);
        }
    }

    private boolean inFlight(String digest, Path folder) throws IOException {
        Long since = used.get(digest);
        if (since != null) {
            return nanoTime.getAsLong() - since < IN_FLIGHT.toNanos();
        }
        try {
            // Another process may have made it.
            Instant changed = Files.getLastModifiedTime(folder).toInstant();
            return changed.isAfter(Instant.now().minus(IN_FLIGHT));
        } catch (NoSuchFileException e) {
            return false; // Somebody else was faster; there is nothing to protect.
        }
    }
}
