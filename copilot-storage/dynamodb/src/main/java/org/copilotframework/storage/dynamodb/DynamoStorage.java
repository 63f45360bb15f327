package org.copilotframework.storage.dynamodb;

import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.jspecify.annotations.Nullable;

/** A store in one DynamoDB table. */
final class DynamoStorage implements Storage {
    private final Backend backend;
    private final Schema schema;
    private final Sessions sessions;
    private final Runs runs;
    private final KeyValues values;
    private final Outbox outbox;
    private final Commits commits;
    private final Sweeper sweeper;
    private final Erasure erasure;

    /** The second clock is monotonic, as {@link System#nanoTime()} is. */
    DynamoStorage(Backend backend, Schema schema, InstantSource clock, LongSupplier nanoTime) {
        this.backend = backend;
        this.schema = schema;
        SessionRemoval removal = new SessionRemoval(backend);
        this.sessions = new DynamoSessions(backend, removal);
        RunRemoval runRemoval = new RunRemoval(backend);
        this.runs = new DynamoRuns(backend, clock, nanoTime, runRemoval);
        this.values = new DynamoValues(backend, clock);
        this.outbox = new DynamoOutbox(backend);
        this.commits = new Commits(backend, clock, removal);
        this.sweeper = new Sweeper(backend, clock, removal, runRemoval);
        this.erasure = new Erasure(backend, clock);
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public KeyValues values() {
        return values;
    }

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public CommitResult commit(Commit commit) {
        return commits.commit(commit);
    }

    @Override
    public void beginSession(TenantId tenant, SessionId session, long dropped) {
        if (!commits.begin(tenant, session, dropped)) {
            Storage.super.beginSession(tenant, session, dropped);
        }
    }

    @Override
    public long maxCommitBytes() {
        return Writes.MAX_CONTENT;
    }

    /** DynamoDB acknowledges a write when two of three places have it on disk. */
    @Override
    public Durability durability() {
        return Durability.POWER_LOSS;
    }

    @Override
    public void migrate() {
        schema.migrate();
    }

    @Override
    public void check() {
        schema.check();
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        return erasure.tenants(after, limit);
    }

    @Override
    public long erase(TenantId tenant) {
        return erasure.erase(tenant);
    }

    @Override
    public int sweep(Retention retention, int limit) {
        Limits.check(limit, 10_000);
        return sweeper.sweep(retention, limit);
    }

    @Override
    public void close() {
        backend.close();
    }
}
