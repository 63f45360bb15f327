package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's errors mean for our callers. */
final class SqliteFaults {
    /** Where the file is named, for messages. */
    static final String SETTING = "copilot.storage.url (in the environment DATABASE_URL)";

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(30);

    private final String file;

    SqliteFaults(String file) {
        this.file = file;
    }

    /** The error of a call. */
    RuntimeException of(SQLException thrown) {
        return switch (kind(thrown)) {
            case SQLITE_FULL ->
                new QuotaExceededException("the SQLite file " + file
                        + " is full: there is no room on its disk, or it has as many bytes as"
                        + " copilot.storage.jdbc.max-bytes allows; make room, or allow more");
            case SQLITE_TOOBIG -> new InvalidRequestException("the content is larger than SQLite takes");
            case SQLITE_BUSY, SQLITE_LOCKED ->
                new UnavailableException(
                        "another process has held the SQLite file " + file
                                + " for longer than copilot.storage.jdbc.timeout allows to wait",
                        SOON,
                        thrown);
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                new UnavailableException(
                        "the SQLite file " + file
                                + " is damaged; stop, and restore it from a backup, or name another place in "
                                + SETTING,
                        LATER,
                        thrown);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH, SQLITE_IOERR ->
                new UnavailableException(
                        "the SQLite file " + file + " cannot be read or written (" + kind(thrown)
                                + "); see to the disk, and to the rights on the file and its folder",
                        LATER,
                        thrown);
            default ->
                missing(thrown)
                        ? new UnavailableException(
                                "the SQLite file " + file
                                        + " has no tables of the Copilot Framework; run 'copilot migrate'",
                                LATER,
                                thrown)
                        : new IllegalStateException("SQLite refused a statement of the store", thrown);
        };
    }

    /** There is no file. */
    UnavailableException absent() {
        return new UnavailableException(
                "there is no SQLite file " + file + "; see that " + SETTING
                        + " names the one you mean, or run 'copilot migrate' to make an empty store",
                LATER);
    }

    /** The error of opening the file, which a setting can put right. */
    CopilotException opening(SQLException thrown) {
        String why = switch (kind(thrown)) {
            case SQLITE_NOTADB -> "is no SQLite database; name another file";
            case SQLITE_CORRUPT -> "is a damaged SQLite database; restore it from a backup, or name another file";
            case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                "cannot be opened for writing; see to the rights on the file and its folder, or name another file";
            default -> null;
        };
        if (why != null) {
            return new InvalidRequestException(SETTING + ": " + file + " " + why);
        }
        return of(thrown) instanceof CopilotException known
                ? known
                : new UnavailableException("the SQLite file " + file + " cannot be opened", LATER, thrown);
    }

    /** Whether SQLite may have undone more than the statement that failed. */
    static boolean spoilsTransaction(SQLException thrown) {
        return switch (kind(thrown)) {
            case SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_BUSY, SQLITE_INTERRUPT, SQLITE_CORRUPT -> true;
            default -> false;
        };
    }

    /** Whether the connection had better not be used again. */
    static boolean spoilsConnection(SQLException thrown) {
        return switch (kind(thrown)) {
            case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN, SQLITE_NOMEM -> true;
            default -> false;
        };
    }

    private static boolean missing(SQLException thrown) {
        return String.valueOf(thrown.getMessage()).contains("no such table: copilot_");
    }

    /** The error's kind without its details. */
    private static SQLiteErrorCode kind(SQLException thrown) {
        return thrown instanceof SQLiteException known
                ? SQLiteErrorCode.getErrorCode(known.getResultCode().code & 0xff)
                : SQLiteErrorCode.getErrorCode(thrown.getErrorCode() & 0xff);
    }
}
