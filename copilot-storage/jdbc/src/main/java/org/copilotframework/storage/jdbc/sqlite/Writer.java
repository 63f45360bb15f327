package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.sqlite.WriteTask.Work;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way to write: one transaction at a time. Who finds nobody writing or waiting writes on its own thread, which saves two
 * changes of threads; work that arrives meanwhile is written by a thread of the store, in one transaction for all that wait, so
 * that many pay for one wait for the disk. Nobody hears of success before the transaction is committed.
 *
 * <p>A virtual thread never writes: within the driver it would hold its carrier.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_GROUP = 256;
    private static final WriteTask<?> END = new WriteTask<>(statements -> 0);

    private final Statements statements;
    private final SqliteFaults faults;
    private final Duration timeout;
    private final LinkedBlockingQueue<WriteTask<?>> queue = new LinkedBlockingQueue<>();
    /** Who holds it has the statements. */
    private final ReentrantLock writing = new ReentrantLock();

    private final Predicate<Thread> mayWrite;
    private final Thread thread;
    private volatile boolean closed;

    Writer(Statements statements, SqliteFaults faults, Duration timeout, String name) {
        this(statements, faults, timeout, name, PlatformThreads::isPlatform);
    }

    Writer(Statements statements, SqliteFaults faults, Duration timeout, String name, Predicate<Thread> mayWrite) {
        this.statements = statements;
        this.faults = faults;
        this.timeout = timeout;
        this.mayWrite = mayWrite;
        this.thread = new Thread(this::write, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Does work within a transaction, and returns when it is committed. */
    <T> T run(Work<T> work) {
        WriteTask<T> task = new WriteTask<>(work);
        if (!isWrittenHere(task)) {
            queue.add(task);
            if (closed && queue.remove(task)) {
                throw closed();
            }
        }
        return result(task);
    }

    private boolean isWrittenHere(WriteTask<?> task) {
        if (!mayWrite.test(Thread.currentThread()) || !writing.tryLock()) {
            return false;
        }
        try {
            // The store's thread may hold what it took from the queue, and wait for the lock.
            if (closed || !queue.isEmpty() || writing.hasQueuedThreads()) {
                return false;
            }
            task.begin();
            write(List.of(task));
            return true;
        } finally {
            writing.unlock();
        }
    }

    private <T> T result(WriteTask<T> task) {
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CopilotException known) {
                throw known;
            }
            throw new IllegalStateException("the store failed", failed.getCause());
        } catch (TimeoutException late) {
            throw inDoubt(task, "SQLite has not answered within copilot.storage.jdbc.timeout (" + timeout + ")");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw inDoubt(task, "the thread that waited for SQLite was interrupted");
        }
    }

    private static UnavailableException inDoubt(WriteTask<?> task, String why) {
        String outcome = task.abandon() ? "; nothing was written" : "; what was to be written may be written yet";
        return new UnavailableException(why + outcome, Duration.ofSeconds(1));
    }

    static UnavailableException closed() {
        return new UnavailableException("the store is closed", Duration.ofSeconds(1));
    }

    private void write() {
        List<WriteTask<?>> group = new ArrayList<>();
        boolean end = false;
        while (!end) {
            group.clear();
            try {
                group.add(queue.take());
            } catch (InterruptedException stray) {
                // Nobody has a reason to interrupt this thread; it ends when the store is closed.
                continue;
            }
            writing.lock();
            try {
                queue.drainTo(group, MAX_GROUP - 1);
                end = group.remove(END);
                group.removeIf(task -> !task.begin());
                write(group);
            } finally {
                writing.unlock();
            }
        }
        try {
            statements.close();
        } catch (SQLException failed) {
            LOG.warn("SQLite could not be closed; what was committed stays", failed);
        }
        for (WriteTask<?> late = queue.poll(); late != null; late = queue.poll()) {
            late.completeExceptionally(closed());
        }
    }

    private void write(List<WriteTask<?>> group) {
        try {
            new WriteGroup(statements, faults, group).write();
        } catch (Throwable broken) {
            // Such as too little memory for a large value: those who wait are told, and the thread goes on for the
            // others.
            LOG.error("A group of writes broke off", broken);
            group.forEach(task -> task.completeExceptionally(broken));
            WriteGroup.rollback(statements, broken);
        }
    }

    /** How many wait for their turn. */
    int waiting() {
        return queue.size();
    }

    /** Writes what was asked for before, and ends. */
    void close() {
        if (!closed) {
            closed = true;
            queue.add(END);
        }
        boolean interrupted = false;
        try {
            thread.join(timeout.toMillis());
        } catch (InterruptedException hurried) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
