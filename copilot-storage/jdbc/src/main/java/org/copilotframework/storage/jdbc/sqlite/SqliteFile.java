package org.copilotframework.storage.jdbc.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.jdbc.JdbcSettings;
import org.copilotframework.storage.jdbc.JdbcSettings.Synchronous;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The file of a store, and how connections to it are opened. */
final class SqliteFile {

    private final Path path;
    private final JdbcSettings settings;

    private SqliteFile(Path path, JdbcSettings settings) {
        this.path = path;
        this.settings = settings;
    }

    /** Finds the file that a URL names, and makes the folder it is in. */
    static SqliteFile of(StorageUrl url, JdbcSettings settings) {
        String name = url.path();
        if (!url.hosts().isEmpty() || url.user().isPresent()) {
            throw wrong("a SQLite file is on this machine; write sqlite:folder/file.db, or sqlite:///folder/file.db"
                    + " with three slashes for an absolute path");
        } else if (!url.parameters().isEmpty()) {
            throw wrong("a sqlite URL takes no parameters; the settings are copilot.storage.jdbc.*");
        } else if (name.equals(":memory:") || name.isEmpty()) {
            throw wrong("names no file; write sqlite:folder/file.db, or memory:local to keep nothing");
        } else if (name.indexOf('?') >= 0) {
            throw wrong("the name of a SQLite file cannot have a question mark");
        }
        try {
            Path path = Path.of(name).toAbsolutePath().normalize();
            makeFolder(path);
            return new SqliteFile(path, settings);
        } catch (InvalidPathException malformed) {
            throw wrong("'" + name + "' is no path on this system");
        }
    }

    private static void makeFolder(Path path) {
        Path folder = path.getParent();
        try {
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
            }
        } catch (IOException refused) {
            throw wrong("the folder " + folder + " cannot be made ("
                    + refused.getClass().getSimpleName() + "); see to the rights on the folder above, or name another");
        }
        // SQLite would open a file that it may not write for reading only, and fail at the first commit.
        if (Files.isDirectory(path)) {
            throw wrong(path + " is a folder; name a file");
        } else if (Files.exists(path) && !Files.isWritable(path)) {
            throw wrong(path + " cannot be written; see to the rights on it, or name another file");
        } else if (folder != null && !Files.isWritable(folder)) {
            throw wrong("the folder " + folder
                    + " cannot be written, and SQLite keeps its journal beside the file; see to the"
                    + " rights on it, or name another");
        }
    }

    /** Nobody else's business, whatever the umask. What is there already stays as it is. */
    private static FileAttribute<?>[] ownerOnly(Path path, String mode) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    /** SQLite makes its journal with the rights of the file. */
    private void makeFile() throws SQLException {
        try {
            Files.createFile(path, ownerOnly(path, "rw-------"));
        } catch (FileAlreadyExistsException there) {
            // It has the rights that it was given, or another process was faster.
        } catch (IOException refused) {
            throw new SQLException("the file cannot be made: " + refused, refused);
        }
    }

    private static InvalidRequestException wrong(String what) {
        return new InvalidRequestException(SqliteFaults.SETTING + ": " + what);
    }

    Connection openForWriting() throws SQLException {
        makeFile();
        Connection connection = source(false).getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            // On macOS only this reaches the disk; elsewhere it means nothing.
            statement.execute("PRAGMA fullfsync = " + (settings.synchronous() == Synchronous.FULL));
            statement.execute("PRAGMA synchronous = " + settings.synchronous());
            // What is deleted is overwritten, also in pages that become free.
            statement.execute("PRAGMA secure_delete = ON");
            statement.execute("PRAGMA journal_size_limit = 67108864");
            statement.execute("PRAGMA cache_size = -16384");
            if (settings.maxBytes().isPresent()) {
                long page = statement.executeQuery("PRAGMA page_size").getLong(1);
                statement.execute("PRAGMA max_page_count = "
                        + Math.max(1, settings.maxBytes().get() / page));
            }
            return connection;
        } catch (SQLException | RuntimeException failed) {
            connection.close();
            throw failed;
        }
    }

    boolean isThere() {
        return Files.exists(path);
    }

    /**
     * Takes what was overwritten out of the journal too, if no reader stands in the way: then it goes with the next checkpoint
     * that finds none.
     */
    void emptyJournal() throws SQLException {
        try (Connection connection = source(false).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    Connection openForReading() throws SQLException {
        return source(true).getConnection();
    }

    /** A source of plain connections. */
    SQLiteDataSource source(boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout((int) busyTimeout().toMillis());
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + path);
        return source;
    }

    /** A little less than the caller waits, so that he hears why. */
    private Duration busyTimeout() {
        return settings.timeout().multipliedBy(8).dividedBy(10);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
