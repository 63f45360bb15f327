package org.copilotframework.storage.jdbc.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The driver's native library. By itself the driver unpacks it into the machine's temporary folder each time a process starts,
 * which takes longer than all else, and fails where nothing may be run from there. We unpack it once, into our home.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String FOLDER = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private NativeLibrary() {}

    /** Loads the library, if it is not loaded yet. What the user has set for the driver himself is left alone. */
    static synchronized void load(Path home) {
        Properties system = System.getProperties();
        if (system.containsKey(FOLDER) || system.containsKey("org.sqlite.tmpdir")) {
            return;
        }
        Path library = unpacked(home);
        if (library == null) {
            return;
        }
        system.setProperty(FOLDER, folder(home).toString());
        system.setProperty(NAME, library.getFileName().toString());
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception refused) {
            LOG.debug("SQLite's library was not loaded from {}; the driver tries elsewhere", library, refused);
        } finally {
            // Another driver in this process, such as a plugin's own, needs its own copy.
            system.remove(FOLDER);
            system.remove(NAME);
        }
    }

    private static Path folder(Path home) {
        return home.resolve("native").resolve("sqlite-" + SQLiteJDBCLoader.getVersion());
    }

    private static @Nullable Path unpacked(Path home) {
        String name = LibraryLoaderUtil.getNativeLibName();
        Path library = folder(home).resolve(name);
        try {
            return Files.isRegularFile(library) || unpack(name, folder(home), library) ? library : null;
        } catch (IOException readOnly) {
            LOG.debug("SQLite's library goes to the temporary folder, for {} cannot be written", library, readOnly);
            return null;
        }
    }

    /** Returns false if the driver has no library for this system. */
    private static boolean unpack(String name, Path folder, Path library) throws IOException {
        String packed = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream bytes = SQLiteJDBCLoader.class.getResourceAsStream(packed)) {
            if (bytes == null) {
                return false;
            }
            Files.createDirectories(folder);
            // Several processes may start at once, and the power may fail: nobody may ever find half of it.
            Path part = Files.createTempFile(folder, "part", null);
            try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
                bytes.transferTo(Channels.newOutputStream(file));
                file.force(true);
                move(part, library);
            } finally {
                Files.deleteIfExists(part);
            }
            return true;
        }
    }

    private static void move(Path part, Path library) throws IOException {
        try {
            Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException elsewhere) {
            Files.move(part, library, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
