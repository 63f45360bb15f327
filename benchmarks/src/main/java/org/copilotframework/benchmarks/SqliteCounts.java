package org.copilotframework.benchmarks;

import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * Counts what is asked of SQLite where its driver hands it to the library, alike for everybody: statements that are run, rows that
 * come back, rows that are changed. The beginning and the end of a transaction are statements too, but for the empty ones by which
 * the driver sees after each statement that none is open. SQLite has no wire to listen at, so {@link SqliteAgent} leads the driver's
 * calls of {@code sqlite3_step} and its like through here.
 */
public final class SqliteCounts {
    /** SQLite's own number: there is a row, and the statement is not at its end. */
    private static final int ROW = 100;

    private static final AtomicLong STATEMENTS = new AtomicLong();
    private static final AtomicLong ROWS_READ = new AtomicLong();
    private static final AtomicLong ROWS_CHANGED = new AtomicLong();

    /** Statements that have given a row and may give another, by their address. */
    private static final Set<Long> UNDER_WAY = ConcurrentHashMap.newKeySet();

    private static volatile boolean counting;

    private SqliteCounts() {}

    /** What was counted. */
    record Counted(long statements, long rowsRead, long rowsChanged) {}

    /** What is counted. */
    interface Work {
        void run() throws Exception;
    }

    /** Does it, and counts meanwhile; nobody else may use SQLite in this process then. */
    static Counted of(Work work) throws Exception {
        if (!SqliteAgent.isInstalled()) {
            throw new IllegalStateException(
                    "SQLite's statements are counted by an agent; begin this JVM with " + ChildJvm.agent());
        }
        STATEMENTS.set(0);
        ROWS_READ.set(0);
        ROWS_CHANGED.set(0);
        UNDER_WAY.clear();
        counting = true;
        try {
            work.run();
        } finally {
            counting = false;
        }
        return new Counted(STATEMENTS.get(), ROWS_READ.get(), ROWS_CHANGED.get());
    }

    /**
     * In place of {@link DB#step}.
     *
     * @param database which connection
     * @param statement its address
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int step(DB database, long statement) throws SQLException {
        if (!counting) {
            return database.step(statement);
        }
        if (UNDER_WAY.add(statement)) {
            STATEMENTS.incrementAndGet();
        }
        int answer = changing(database, () -> database.step(statement));
        if (answer == ROW) {
            ROWS_READ.incrementAndGet();
        } else {
            UNDER_WAY.remove(statement);
        }
        return answer;
    }

    /**
     * In place of {@link DB#reset}.
     *
     * @param database which connection
     * @param statement its address
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int reset(DB database, long statement) throws SQLException {
        UNDER_WAY.remove(statement);
        return counting ? changing(database, () -> database.reset(statement)) : database.reset(statement);
    }

    /**
     * In place of {@link DB#finalize(SafeStmtPtr, long)}.
     *
     * @param database which connection
     * @param pointer the statement
     * @param statement its address
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int finalize(DB database, SafeStmtPtr pointer, long statement) throws SQLException {
        UNDER_WAY.remove(statement);
        return counting
                ? changing(database, () -> database.finalize(pointer, statement))
                : database.finalize(pointer, statement);
    }

    /**
     * In place of {@link DB#_exec}.
     *
     * @param database which connection
     * @param sql a statement without parameters
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int _exec(DB database, String sql) throws SQLException {
        if (!counting) {
            return database._exec(sql);
        }
        STATEMENTS.incrementAndGet();
        return changing(database, () -> database._exec(sql));
    }

    /** What is asked of the library. */
    private interface Ask {
        int answer() throws SQLException;
    }

    /** The library adds up what a statement has changed when that ends, or is reset before its end. */
    private static int changing(DB database, Ask ask) throws SQLException {
        long before = database.total_changes();
        int answer = ask.answer();
        ROWS_CHANGED.addAndGet(database.total_changes() - before);
        return answer;
    }
}
