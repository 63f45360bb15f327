package org.copilotframework.storage.tck.example;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** A store whose every transaction is one lock on a {@link Shelf}. */
final class ShelfStorage implements Storage {
    private final Shelf shelf;
    private final int capacity;
    private final ShelfSessions sessions = new ShelfSessions(this);
    private final ShelfRuns runs = new ShelfRuns(this);
    private final ShelfValues values = new ShelfValues(this);
    private final ShelfOutbox outbox = new ShelfOutbox(this);
    private volatile boolean closed;

    ShelfStorage(Shelf shelf, int capacity) {
        this.shelf = shelf;
        this.capacity = capacity;
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
        return transaction(() -> {
            // 1. Was it made before? Then nothing is written. The fence is told from the commit, for by
            // now it may be somebody else's.
            StoredTurn turn = commit.session().map(SessionChange::turn).orElse(null);
            StoredTurn before = sessions.repeated(commit);
            if (before != null || runs.repeated(commit)) {
                return new CommitResult(true, before != null ? before : turn, fence(commit));
            }
            // 2. May it be made? Each of these throws if not, and nothing has been written yet.
            sessions.check(commit);
            runs.check(commit);
            values.check(commit);
            if (shelf.sessions.size() + shelf.runs.size() + shelf.values.size() >= capacity) {
                throw new QuotaExceededException("the shelf is full", Duration.ofMinutes(1));
            }
            // 3. All of it.
            Instant now = shelf.now();
            sessions.write(commit, now);
            runs.write(commit, now);
            values.write(commit);
            for (OutboxMessage message : commit.messages()) {
                long number = shelf.nextNumber();
                shelf.outbox.put(number, new OutboxRecord(commit.tenant(), Long.toString(number), message));
            }
            return new CommitResult(false, turn, fence(commit));
        });
    }

    private static long fence(Commit commit) {
        return commit.start().isPresent()
                ? 1
                : commit.run().map(RunChange::fence).map(shown -> shown + 1).orElse(0L);
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public void migrate() {
        check();
    }

    @Override
    public void check() {
        transaction(() -> true);
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        checkLimit(limit, 1_000);
        return transaction(() -> {
            TreeSet<String> names = new TreeSet<>();
            for (Map<Shelf.Key, ?> table : tables()) {
                table.keySet().forEach(key -> names.add(key.tenant().value()));
            }
            shelf.outbox.values().forEach(message -> names.add(message.tenant().value()));
            return names.tailSet(after == null ? "" : after.value(), false).stream()
                    .limit(limit)
                    .map(TenantId::new)
                    .toList();
        });
    }

    @Override
    public long erase(TenantId tenant) {
        return transaction(() -> {
            long before = size();
            tables().forEach(
                            table -> table.keySet().removeIf(key -> key.tenant().equals(tenant)));
            shelf.outbox.values().removeIf(message -> message.tenant().equals(tenant));
            return before - size();
        });
    }

    @Override
    public int sweep(Retention retention, int limit) {
        checkLimit(limit, 10_000);
        return transaction(() -> {
            Instant idle =
                    retention.idleSessions() == null ? Instant.MIN : shelf.now().minus(retention.idleSessions());
            List<Shelf.Key> oldRuns = keys(shelf.runs, row -> shelf.over(row.expires), limit);
            oldRuns.forEach(shelf.runs::remove);
            int left = limit - oldRuns.size();
            List<Shelf.Key> oldValues = keys(shelf.values, row -> shelf.over(row.expires()), left);
            oldValues.forEach(shelf.values::remove);
            left -= oldValues.size();
            List<Shelf.Key> oldSessions = keys(shelf.sessions, row -> row.changed.isBefore(idle), left);
            oldSessions.forEach(shelf.sessions::remove);
            return limit - left + oldSessions.size();
        });
    }

    private static <T> List<Shelf.Key> keys(Map<Shelf.Key, T> table, Predicate<T> which, int limit) {
        return table.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<Map<Shelf.Key, ?>> tables() {
        return List.of(shelf.sessions, shelf.runs, shelf.values);
    }

    private long size() {
        return tables().stream().mapToLong(Map::size).sum() + shelf.outbox.size();
    }

    @Override
    public void close() {
        closed = true;
    }

    Shelf shelf() {
        return shelf;
    }

    /** What a database does between BEGIN and COMMIT. */
    <T> T transaction(Supplier<T> work) {
        if (closed) {
            throw new UnavailableException("the shelf is closed", Duration.ofSeconds(1));
        }
        synchronized (shelf) {
            return work.get();
        }
    }

    static void checkLimit(int limit, int max) {
        if (limit < 1 || limit > max) {
            throw new InvalidRequestException("limit: must be from 1 to " + max + ", not " + limit);
        }
    }

    static ConflictException conflict(String what, Object found, Object expected) {
        return new ConflictException(
                what + " is at version " + found + ", and this change expects version " + expected + "; read it again");
    }
}
