package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Work for the writer, and what becomes of it. Completed once the transaction that did it is committed. */
final class WriteTask<T> extends CompletableFuture<T> {
    /** What is to be done within a transaction; may be done again if the transaction was undone. */
    interface Work<T> {
        T run(Statements statements) throws SQLException;
    }

    private final Work<T> work;
    /** Decided once: by the writer who begins, or by a caller who waits no longer. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private @Nullable T result;
    private @Nullable RuntimeException refused;

    WriteTask(Work<T> work) {
        this.work = work;
    }

    /** Returns false if nobody waits any more. */
    boolean begin() {
        return decided.compareAndSet(false, true);
    }

    /** Returns false if the work has begun. */
    boolean abandon() {
        return decided.compareAndSet(false, true);
    }

    /** Does the work. The caller hears of it by {@link #tell}. */
    void work(Statements statements) throws SQLException {
        refused = null;
        result = work.run(statements);
    }

    /** The work was undone. */
    void refuse(RuntimeException why) {
        refused = why;
    }

    /** Tells the caller what came of it. */
    void tell() {
        if (refused == null) {
            complete(Objects.requireNonNull(result));
        } else {
            completeExceptionally(refused);
        }
    }
}
