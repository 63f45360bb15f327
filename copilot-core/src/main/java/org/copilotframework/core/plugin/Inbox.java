package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
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
    /** What a file looks like; for an archive also the file that tells its digest, if there is one. */
    private record Stamp(
            long size,
            FileTime modified,
            @Nullable Object key,
            @Nullable Stamp digest) {
        /** Written out: a record's own equals is put together at its first use, which costs a start more than the look itself. */
        boolean same(@Nullable Stamp other) {
            return other != null
                    && size == other.size
                    && modified.equals(other.modified)
                    && Objects.equals(key, other.key)
                    && (digest == null ? other.digest == null : digest.same(other.digest));
        }

        Stamp with(@Nullable Stamp digestNow) {
            return new Stamp(size, modified, key, digestNow);
        }
    }

    /**
     * What a look found.
     *
     * @param whole files that are new or changed, and whole, in the order of their names
     * @param gone the names of files that were told as whole before and are not there any more; what is whole comes before them
     */
    record Look(List<Path> whole, Set<String> gone) {}

    /** After so many looks without it a file is gone. */
    private static final int GONE = 2;

    /** The same while another file is still being written. */
    private static final int GONE_AT_LAST = 60;

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final Path folder;
    private Map<String, Stamp> lastSeen = Map.of();
    private final Map<String, Stamp> told = new HashMap<>();
    /** How many looks in a row did not find a file that was told. */
    private Map<String, Integer> missed = Map.of();

    Inbox(Path folder) {
        this.folder = folder;
    }

    String name() {
        return name(folder);
    }

    static String name(Path folder) {
        return folder.toAbsolutePath().normalize().toString();
    }

    /** Whether a file that lay here may lie here still. In a folder that cannot be read nothing counts as deleted. */
    boolean mayHold(String file) {
        return !Path.of(file).isAbsolute() && (Files.exists(folder.resolve(file)) || !Files.isReadable(folder));
    }

    /**
     * Looks at the folder. A look that breaks off has told of nothing.
     *
     * @param first take files as whole that were not seen before; what turns out half-written is told again when it changes
     * @throws IOException if the folder cannot be read; nothing counts as gone then
     */
    Look look(boolean first) throws IOException {
        Map<String, Stamp> seen = seen();
        List<Path> whole = new ArrayList<>();
        boolean coming = false;
        for (Map.Entry<String, Stamp> one : seen.entrySet()) {
            Stamp stamp = one.getValue();
            if (!stamp.same(told.get(one.getKey()))) {
                if (first || stamp.same(lastSeen.get(one.getKey()))) {
                    whole.add(folder.resolve(one.getKey()));
                } else {
                    coming = true;
                }
            }
        }
        whole.sort(null);
        for (Path file : whole) {
            String name = file.getFileName().toString();
            told.put(name, Objects.requireNonNull(seen.get(name)));
        }
        lastSeen = seen;
        return new Look(whole, gone(seen, coming));
    }

    private Map<String, Stamp> seen() throws IOException {
        Map<String, Stamp> seen = new HashMap<>();
        Map<String, Stamp> digests = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean digest = name.endsWith(ArchiveGlance.DIGEST_SUFFIX);
                if (digest || ArchiveGlance.isArchive(file)) {
                    Stamp stamp = stamp(file, digest ? null : told.get(name));
                    if (stamp != null) {
                        (digest ? digests : seen).put(name, stamp);
                    }
                }
            }
        } catch (DirectoryIteratorException broken) {
            throw broken.getCause();
        }
        if (!digests.isEmpty()) {
            seen.replaceAll((name, stamp) -> stamp.with(digests.get(name + ArchiveGlance.DIGEST_SUFFIX)));
        }
        return seen;
    }

    /**
     * Who exchanges a version puts a file there and takes another away. The new one is whole a look later than the old one is
     * gone, so going takes as long as coming does; within bounds, since somebody may write to a file for ever.
     */
    private Set<String> gone(Map<String, Stamp> seen, boolean coming) {
        Map<String, Integer> missing = new HashMap<>();
        Set<String> gone = new TreeSet<>();
        for (String name : told.keySet()) {
            if (!seen.containsKey(name)) {
                int looks = missed.getOrDefault(name, 0) + 1;
                missing.put(name, looks);
                if (looks >= (coming ? GONE_AT_LAST : GONE)) {
                    gone.add(name);
                }
            }
        }
        missing.keySet().removeAll(gone);
        told.keySet().removeAll(gone);
        missed = missing;
        return gone;
    }

    /** What a file looks like now; as it was before if it cannot be looked at, so that it neither comes nor goes. */
    private static @Nullable Stamp stamp(Path file, @Nullable Stamp before) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey(), null)
                    : null;
        } catch (NoSuchFileException deletedMeanwhile) {
            return null;
        } catch (IOException notNow) {
            log.debug("{} cannot be looked at: {}", file, notNow.toString());
            return before;
        }
    }
}
