package org.copilotframework.core.storage;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
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

/**
 * Keeps everything in this process's memory. A commit locks its own session, run and tenant's values only, in this order, and
 * payloads are never turned into bytes.
 */
public final class MemoryStorage implements Storage {
    private static final int MAX_SWEEP = 10_000;

    private final InstantSource clock;
    private final Door door = new Door();
    private final RunTable table;
    private final MemorySessions sessions;
    private final MemoryRuns runs;
    private final MemoryValues values;
    private final MemoryOutbox outbox;

    /**
     * Makes an empty store.
     *
     * @param runsKept how many runs that have ended are kept, of all tenants together; at least 1
     * @throws InvalidRequestException if the number is below 1
     */
    public MemoryStorage(int runsKept) {
        this(runsKept, InstantSource.system());
    }

    /** Makes an empty store whose clock a test may move. */
    MemoryStorage(int runsKept, InstantSource clock) {
        if (runsKept < 1) {
            throw new InvalidRequestException("runs kept in memory: must be at least 1, not " + runsKept);
        }
        this.clock = clock;
        this.table = new RunTable(runsKept);
        this.sessions = new MemorySessions(door);
        this.runs = new MemoryRuns(door, table, clock);
        this.values = new MemoryValues(door, clock);
        this.outbox = new MemoryOutbox(door);
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
        door.check();
        CommitResult result = new MemoryCommit(commit, sessions, table, values, outbox, clock).make();
        table.trim();
        return result;
    }

    @Override
    public void beginSession(TenantId tenant, SessionId session, long dropped) {
        door.check();
        if (!sessions.begin(tenant, session, dropped, clock.instant())) {
            Storage.super.beginSession(tenant, session, dropped);
        }
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    /** There is no schema. */
    @Override
    public void migrate() {
        door.check();
    }

    /** There is no schema. */
    @Override
    public void check() {
        door.check();
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        Door.checkLimit(limit, 1_000);
        door.check();
        List<TenantId> page = new ArrayList<>();
        Optional<Key> next = next(after == null ? new Key(new TenantId("0"), "") : Key.last(after));
        while (next.isPresent() && page.size() < limit) {
            page.add(next.get().tenant());
            next = next(Key.last(next.get().tenant()));
        }
        return List.copyOf(page);
    }

    private Optional<Key> next(Key after) {
        return Stream.of(sessions.next(after), table.next(after), values.next(after), outbox.next(after))
                .filter(Objects::nonNull)
                .min(Key::compareTo);
    }

    @Override
    public long erase(TenantId tenant) {
        door.check();
        return sessions.erase(tenant) + table.erase(tenant) + values.erase(tenant) + outbox.erase(tenant);
    }

    @Override
    public int sweep(Retention retention, int limit) {
        Door.checkLimit(limit, MAX_SWEEP);
        door.check();
        Instant now = clock.instant();
        int swept = table.sweep(now, limit);
        swept += swept < limit ? values.sweep(now, limit - swept) : 0;
        if (swept < limit && retention.idleSessions() != null) {
            swept += sessions.sweep(now.minus(retention.idleSessions()), limit - swept);
        }
        return swept;
    }

    @Override
    public void close() {
        door.close();
        sessions.clear();
        table.clear();
        values.clear();
        outbox.clear();
    }
}
