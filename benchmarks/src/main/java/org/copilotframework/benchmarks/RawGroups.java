package org.copilotframework.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.copilotframework.api.spi.storage.Commit;

/** One writer by hand: what arrives during a transaction is written by the next one together, up to 256 commits. */
final class RawGroups implements AutoCloseable {
    private static final int MAX_GROUP = 256;

    private record Task(Commit commit, CompletableFuture<Boolean> done) {}

    private final RawSqlite raw;
    private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
    private final Thread writer = new Thread(this::write, "raw-writer");

    RawGroups(RawSqlite raw) {
        this.raw = raw;
        writer.start();
    }

    void commit(Commit commit) {
        Task task = new Task(commit, new CompletableFuture<>());
        queue.add(task);
        task.done().join();
    }

    private void write() {
        List<Task> group = new ArrayList<>();
        while (true) {
            group.clear();
            try {
                group.add(queue.take());
                queue.drainTo(group, MAX_GROUP - 1);
                write(group);
            } catch (SQLException | RuntimeException failed) {
                group.forEach(task -> task.done().completeExceptionally(failed));
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private void write(List<Task> group) throws SQLException {
        raw.begin();
        for (Task task : group) {
            raw.guarded(task.commit());
        }
        raw.end();
        group.forEach(task -> task.done().complete(true));
    }

    @Override
    public void close() throws SQLException, InterruptedException {
        writer.interrupt();
        writer.join();
        raw.close();
    }
}
