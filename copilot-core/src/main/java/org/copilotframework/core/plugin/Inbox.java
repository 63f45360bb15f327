package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.core.archive.ArchiveGlance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watched folder. A file counts as whole when two looks in a row find it unchanged; it is looked at by polling, because
 * change events do not arrive from network and container volumes. Used by one thread.
 */
final class Inbox {
    private record Stamp(
            long size, FileTime modified, @Nullable Object key) {
        /** Written out: a record's own equals is put together at its first use, which costs a start more than the look itself. */
        boolean same(@Nullable Stamp other) {
            return other != null
                    && size == other.size
                    && modified.equals(other.modified)
                    && Objects.equals(key, other.key);
        }
    }

    /**
     * What a look found.
     *
     * @param whole files that are new or changed, and whole, in the order of their names
     * @param gone the names of files that were told as whole before and are not there any more
     */
    record Look(List<Path> whole, Set<String> gone) {}

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final Path folder;
    private Map<String, Stamp> lastSeen = Map.of();
    private final Map<String, Stamp> told = new HashMap<>();

    Inbox(Path folder) {
        this.folder = folder;
    }

    /**
     * Looks at the folder.
     *
     * @param first take files as whole that were not seen before; what turns out half-written is told again when it changes
     * @throws IOException if the folder cannot be read; nothing counts as gone then
     */
    Look look(boolean first) throws IOException {
        Map<String, Stamp> seen = new HashMap<>();
        List<Path> whole = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ArchiveGlance::isArchive)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                Stamp stamp = stamp(file, told.get(name));
                if (stamp == null) {
                    continue;
                }
                seen.put(name, stamp);
                boolean changed = !stamp.same(told.get(name));
                if (changed && (first || stamp.same(lastSeen.get(name)))) {
                    told.put(name, stamp);
                    whole.add(file);
                }
            }
        }
        Set<String> gone = new TreeSet<>(told.keySet());
        gone.removeAll(seen.keySet());
        told.keySet().removeAll(gone);
        lastSeen = seen;
        whole.sort(null);
        return new Look(whole, gone);
    }

    /** What a file looks like now; as it was before if it cannot be looked at, so that it neither comes nor goes. */
    private static @Nullable Stamp stamp(Path file, @Nullable Stamp before) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey())
                    : null;
        } catch (NoSuchFileException deletedMeanwhile) {
            return null;
        } catch (IOException notNow) {
            log.debug("{} cannot be looked at: {}", file, notNow.toString());
            return before;
        }
    }
}
