package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.sql.Database.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections that only read, opened when they are needed. A reader never waits for the writer. */
final class Readers {
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final SqliteFile file;
    private final SqliteFaults faults;
    private final Duration timeout;
    private final Semaphore permits;
    private final ConcurrentLinkedDeque<Statements> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    Readers(SqliteFile file, SqliteFaults faults, Duration timeout, int most) {
        this.file = file;
        this.faults = faults;
        this.timeout = timeout;
        this.permits = new Semaphore(most);
    }

    <T> T query(String sql, Reading<T> reading, Object... arguments) {
        enter();
        try {
            Statements statements = idle.poll();
            if (statements == null) {
                statements = new Statements(file.openForReading());
            }
            try {
                T result = statements.query(sql, reading, arguments);
                idle.push(statements);
                return result;
            } catch (SQLException | RuntimeException failed) {
                giveBack(statements, failed);
                throw failed;
            }
        } catch (SQLException failed) {
            throw faults.of(failed);
        } finally {
            permits.release();
            if (closed) {
                closeIdle();
            }
        }
    }

    private void enter() {
        try {
            if (!permits.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new UnavailableException(
                        "no connection to SQLite was free within copilot.storage.jdbc.timeout (" + timeout
                                + "); allow more by copilot.storage.jdbc.pool-size",
                        Duration.ofSeconds(1));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException(
                    "the thread that waited for a connection to SQLite was interrupted", Duration.ofSeconds(1));
        }
        if (closed) {
            permits.release();
            throw Writer.closed();
        }
    }

    private void giveBack(Statements statements, Exception failed) {
        if (failed instanceof SQLException known && SqliteFaults.spoilsConnection(known)) {
            close(statements);
        } else {
            idle.push(statements);
        }
    }

    void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        for (Statements statements = idle.poll(); statements != null; statements = idle.poll()) {
            close(statements);
        }
    }

    private static void close(Statements statements) {
        try {
            statements.close();
        } catch (SQLException failed) {
            LOG.warn("A connection that only reads SQLite could not be closed", failed);
        }
    }
}
