package org.copilotframework.core.call;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.storage.MemoryStorage;
import org.jspecify.annotations.Nullable;

/** A store whose commits can hang or fail. */
final class SlowStorage implements Storage {
    private final MemoryStorage memory = new MemoryStorage(100);
    final Semaphore gate = new Semaphore(0);
    volatile boolean hang;
    volatile boolean broken;
    volatile boolean brokenCommits;
    volatile int commits;

    /** Is called when a commit is there and whoever made it does not know yet. */
    volatile Runnable committed = () -> {};

    @Override
    public Sessions sessions() {
        if (broken) {
            throw new IllegalStateException("disk");
        }
        return memory.sessions();
    }

    @Override
    public Runs runs() {
        return memory.runs();
    }

    @Override
    public synchronized CommitResult commit(Commit commit) {
        commits++;
        if (broken || brokenCommits) {
            throw new IllegalStateException("disk");
        }
        if (hang) {
            gate.acquireUninterruptibly();
        }
        CommitResult result = memory.commit(commit);
        committed.run();
        return result;
    }

    @Override
    public KeyValues values() {
        return memory.values();
    }

    @Override
    public Outbox outbox() {
        return memory.outbox();
    }

    @Override
    public void migrate() {
        memory.migrate();
    }

    @Override
    public void check() {
        memory.check();
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        return memory.tenants(after, limit);
    }

    @Override
    public long erase(TenantId tenant) {
        return memory.erase(tenant);
    }

    @Override
    public int sweep(Retention retention, int limit) {
        return memory.sweep(retention, limit);
    }

    @Override
    public Durability durability() {
        return memory.durability();
    }

    @Override
    public void close() {
        memory.close();
    }
}
