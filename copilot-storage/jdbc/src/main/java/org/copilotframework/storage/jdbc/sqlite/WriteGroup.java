package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.util.List;
import org.copilotframework.api.error.CopilotException;

/**
 * Tasks that are written in one transaction, each within a savepoint of its own, so that one that is refused leaves the others
 * alone. If the transaction as a whole fails, each is tried by itself.
 */
final class WriteGroup {
    private final Statements statements;
    private final SqliteFaults faults;
    private final List<WriteTask<?>> tasks;

    WriteGroup(Statements statements, SqliteFaults faults, List<WriteTask<?>> tasks) {
        this.statements = statements;
        this.faults = faults;
        this.tasks = tasks;
    }

    void write() {
        if (tasks.size() == 1 || !together()) {
            oneByOne();
        }
        tasks.forEach(WriteTask::tell);
    }

    /**
     * Begins a transaction, or refuses those who wait for it: another process has locked the file, or the file is gone, and each
     * of them would wait as long again to hear the same.
     */
    private boolean begun(List<WriteTask<?>> waiting) {
        try {
            statements.update("BEGIN IMMEDIATE");
            return true;
        } catch (SQLException refused) {
            rollback(statements, refused);
            RuntimeException told = told(refused);
            waiting.forEach(task -> task.refuse(told));
            return false;
        }
    }

    /** Returns false if all was undone. */
    private boolean together() {
        if (!begun(tasks)) {
            return true;
        }
        try {
            for (WriteTask<?> task : tasks) {
                statements.update("SAVEPOINT one");
                try {
                    task.work(statements);
                } catch (SQLException | RuntimeException refused) {
                    if (refused instanceof SQLException spoilt && SqliteFaults.spoilsTransaction(spoilt)) {
                        throw spoilt;
                    }
                    statements.update("ROLLBACK TO one");
                    task.refuse(told(refused));
                }
                statements.update("RELEASE one");
            }
            statements.update("COMMIT");
            return true;
        } catch (SQLException spoilt) {
            rollback(statements, spoilt);
            return false;
        }
    }

    private void oneByOne() {
        for (int i = 0; i < tasks.size() && begun(tasks.subList(i, tasks.size())); i++) {
            alone(tasks.get(i));
        }
    }

    private void alone(WriteTask<?> task) {
        try {
            task.work(statements);
            statements.update("COMMIT");
        } catch (SQLException | RuntimeException failed) {
            rollback(statements, failed);
            task.refuse(told(failed));
        }
    }

    static void rollback(Statements statements, Throwable why) {
        try {
            statements.update("ROLLBACK");
        } catch (SQLException ended) {
            // SQLite has ended the transaction by itself, as it does after the worst of errors.
            why.addSuppressed(ended);
        }
    }

    private RuntimeException told(Exception thrown) {
        if (thrown instanceof SQLException failed) {
            return faults.of(failed);
        }
        return thrown instanceof CopilotException known ? known : new IllegalStateException("the store failed", thrown);
    }
}
