package org.copilotframework.storage.jdbc.postgresql;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's errors mean for our callers. Codes are those of its appendix A. */
final class PostgresFaults {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(30);

    /** Two transactions were in each other's way, or began the same session or run: the second attempt sees the first one's. */
    private static final Set<String> WORTH_ANOTHER_TRY = Set.of("40001", "40P01", "23505");

    /** There is no such table, column or function. */
    private static final Set<String> OTHER_TABLES = Set.of("42P01", "42703", "42883");

    private final PostgresUrl url;
    private final Duration timeout;

    PostgresFaults(PostgresUrl url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
    }

    /** The error of a call: that the server was set otherwise meanwhile is not the fault of who calls. */
    RuntimeException of(SQLException thrown) {
        if (OTHER_TABLES.contains(state(told(thrown)))) {
            return new UnavailableException(
                    "the tables in " + url
                            + " are not those of this version of the program; run 'copilot migrate'. If a newer"
                            + " version has changed them since this process began, stop it, and start that version",
                    LATER,
                    thrown);
        }
        RuntimeException configured = opening(thrown);
        return configured instanceof ConflictException || state(told(thrown)).matches("28P01|28000|3D000|42501")
                ? new UnavailableException(String.valueOf(configured.getMessage()), LATER, thrown)
                : configured;
    }

    /** The error of opening, checking or making the tables, which whoever set the store can mend. */
    RuntimeException opening(SQLException thrown) {
        SQLException told = told(thrown);
        String state = state(told);
        return switch (state) {
            case "28P01", "28000" ->
                new InvalidRequestException(
                        url.setting() + ": PostgreSQL refuses the user or the password; put them right");
            case "3D000" ->
                new InvalidRequestException(url.setting() + ": there is no such database in " + url + "; create it with"
                        + " CREATE DATABASE, or name another");
            case "42501" ->
                new InvalidRequestException(url.setting() + ": the role '" + url.user()
                        + "' lacks a right on the tables; run 'copilot migrate' with copilot.storage.jdbc.owner-url set,"
                        + " which grants it");
            case "42P01", "42883" ->
                new ConflictException(
                        url + " has no tables of the Copilot Framework, or older ones; run 'copilot migrate'");
            case "53300" ->
                new UnavailableException(
                        url.setting() + ": " + url + " takes no further connection (" + told.getMessage()
                                + "); each process has up to"
                                + " copilot.storage.jdbc.pool-size of them: set that lower, or allow the role and the server"
                                + " more (CONNECTION LIMIT, max_connections)",
                        SOON,
                        told);
            case "53100" -> new QuotaExceededException("the disk of " + url + " is full; make room on it");
            case "54000", "22001", "54010", "54011" ->
                new InvalidRequestException("the content is larger than PostgreSQL takes");
            case "57014" -> late(told);
            case "25006" ->
                new UnavailableException(
                        url + " is read-only now, as a standby is; name the primary in " + url.setting(), LATER, told);
            case "40001", "40P01", "55P03" ->
                new UnavailableException("transactions in " + url + " stand in each other's way", SOON, told);
            default -> ofClass(told, state);
        };
    }

    private RuntimeException ofClass(SQLException told, String state) {
        if (isOfConnection(told)) {
            return unreachable(told);
        }
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "" -> noConnection(told);
            case "53", "57", "58", "F0" ->
                new UnavailableException(url + " cannot serve now: " + told.getMessage(), LATER, told);
            default -> new IllegalStateException("PostgreSQL refused a statement of the store (" + state + ")", told);
        };
    }

    /** The pool has no words of the server's to tell. */
    private UnavailableException noConnection(SQLException told) {
        String why = Thread.currentThread().isInterrupted()
                ? "the thread that waited for a connection to " + url + " was interrupted"
                : "no connection to " + url + " was free within copilot.storage.jdbc.timeout (" + timeout
                        + "); allow more by copilot.storage.jdbc.pool-size";
        return new UnavailableException(why, SOON, told);
    }

    private UnavailableException unreachable(SQLException told) {
        for (Throwable cause = told; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return new UnavailableException(
                        url.setting() + ": nobody knows the host in " + url + "; put its name right, or see to the DNS",
                        LATER,
                        told);
            } else if (cause instanceof SocketTimeoutException) {
                return late(told);
            }
        }
        return new UnavailableException(
                url + " cannot be reached; start it, or put " + url.setting() + " right", SOON, told);
    }

    private UnavailableException late(SQLException told) {
        return new UnavailableException(
                url + " has not answered within copilot.storage.jdbc.timeout (" + timeout + ")", SOON, told);
    }

    /** Whether the connection is gone, or was never there. */
    static boolean isOfConnection(SQLException thrown) {
        String state = state(told(thrown));
        return state.startsWith("08") || Set.of("57P01", "57P02", "57P03").contains(state);
    }

    static boolean isWorthAnotherTry(SQLException thrown) {
        return WORTH_ANOTHER_TRY.contains(state(thrown));
    }

    static String state(SQLException thrown) {
        String state = thrown.getSQLState();
        return state == null ? "" : state;
    }

    /** What the server said, or else the driver or the pool. */
    private static SQLException told(SQLException thrown) {
        SQLException told = thrown;
        for (@Nullable Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException deeper && deeper.getSQLState() != null) {
                told = deeper;
            }
        }
        return told;
    }
}
