package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.copilotframework.core.file.Durable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the set of plugins is kept on the disk. A file that cannot be read is moved aside and told of; nothing is lost silently. */
final class DesiredPlace {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredPlace.class);
    private static final String NAME = "desired.properties";
    private static final String CORRUPT = NAME + ".corrupt-";

    private final Path folder;
    private final boolean writable;
    private final List<String> warnings = new ArrayList<>();
    private boolean incomplete;

    DesiredPlace(Path folder, boolean writable) {
        this.folder = folder;
        this.writable = writable;
    }

    /** Reads the set, once; it is empty if there is none, or what there is is corrupt. */
    SortedMap<String, DesiredPlugin> read() throws IOException {
        Path file = folder.resolve(NAME);
        SortedMap<String, DesiredPlugin> entries = new TreeMap<>();
        if (Files.exists(file)) {
            try {
                entries = DesiredFile.read(Files.readAllBytes(file), file.toString());
            } catch (IllegalArgumentException e) {
                moveAside(file, e);
                incomplete = true;
            }
        }
        incomplete |= corruptBefore();
        return entries;
    }

    private void moveAside(Path file, IllegalArgumentException why) throws IOException {
        String what = file + " is corrupt (" + why.getMessage() + ")";
        if (writable) {
            Path aside = folder.resolve(CORRUPT + Instant.now().toString().replace(':', '-'));
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            what += " and was moved to " + aside.getFileName();
        }
        warnings.add(
                what + "; which plugins were installed is not known; install them again, or correct the file and put it"
                        + " back while the host is down");
        LOG.error("{}", warnings.get(0));
    }

    private boolean corruptBefore() {
        for (String name : Objects.requireNonNullElse(folder.toFile().list(), new String[0])) {
            if (name.startsWith(CORRUPT)) {
                if (warnings.isEmpty()) {
                    warnings.add(folder.resolve(name)
                            + " may name plugins that are not known any more, so no copy of an archive"
                            + " is deleted; install them again, or put it back as " + NAME
                            + " while the host is down, then delete it");
                }
                return true;
            }
        }
        return false;
    }

    /** Whether there was a file that could not be read, now or before. */
    boolean incomplete() {
        return incomplete;
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Writes the set, so that it survives a loss of power; does nothing where the home cannot be written. */
    void write(Collection<DesiredPlugin> entries) throws IOException {
        if (!writable) {
            return;
        }
        // A name that no process of another container has; like folders in the making, it is deleted if it is left
        // behind.
        Path temporary = Files.createTempFile(folder, CopyFolders.UNFINISHED, "-" + NAME);
        try {
            Files.write(temporary, DesiredFile.write(entries));
            Durable.force(temporary);
            Files.move(
                    temporary,
                    folder.resolve(NAME),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        Durable.forceFolder(folder);
    }
}
