package org.copilotframework.core.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.storage.ValueTable.Value;
import org.jspecify.annotations.Nullable;

/** The values of all tenants. A tenant's values are changed under one lock, which he may share with another tenant. */
final class MemoryValues implements KeyValues {
    private static final int LOCKS = 64;

    private final Door door;
    private final InstantSource clock;
    private final ValueTable table;
    private final Object[] locks = new Object[LOCKS];

    MemoryValues(Door door, InstantSource clock) {
        this.door = door;
        this.clock = clock;
        this.table = new ValueTable(clock);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        door.check();
        Key place = new Key(tenant, KeyValues.checkKey(key));
        synchronized (lock(tenant)) {
            return Optional.ofNullable(table.live(place)).map(value -> value.stored(place));
        }
    }

    @Override
    public boolean isCounter(TenantId tenant, String key) {
        door.check();
        Key place = new Key(tenant, KeyValues.checkKey(key));
        synchronized (lock(tenant)) {
            Value there = table.live(place);
            return there != null && there.payload() == null;
        }
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        door.check();
        Key key = new Key(tenant, change.key());
        synchronized (lock(tenant)) {
            return table.version(key) == change.expected() ? OptionalLong.of(write(key, change)) : OptionalLong.empty();
        }
    }

    /** Makes all changes and, in between, what else belongs to the commit; or throws {@link ConflictException}. */
    void commit(TenantId tenant, List<ValueChange> changes, Runnable rest) {
        if (changes.isEmpty()) {
            rest.run();
            return;
        }
        synchronized (lock(tenant)) {
            for (ValueChange change : changes) {
                long version = table.version(new Key(tenant, change.key()));
                if (version != change.expected()) {
                    throw new ConflictException("value '" + change.key() + "' is at version " + version
                            + ", and this change expects version " + change.expected() + "; read the value again");
                }
            }
            rest.run();
            changes.forEach(change -> write(new Key(tenant, change.key()), change));
        }
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        KeyValues.checkTtl(ttl);
        door.check();
        Key place = new Key(tenant, KeyValues.checkKey(key));
        synchronized (lock(tenant)) {
            Value before = table.live(place);
            if (before != null && before.payload() != null) {
                throw new ConflictException("value '" + key + "' is no counter; add under another key");
            }
            try {
                long count = Math.addExact(before == null ? 0 : before.count(), delta);
                table.put(place, null, count, before == null ? expiry(ttl) : before.expires());
                return count;
            } catch (ArithmeticException overflow) {
                throw new ConflictException("counter '" + key + "' would overflow; delete it to begin at 0");
            }
        }
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        Door.checkLimit(limit, MAX_PAGE);
        door.check();
        List<StoredValue> page = new ArrayList<>();
        long room = maxBytes;
        synchronized (lock(tenant)) {
            Key from = new Key(tenant, prefix);
            Key behind = new Key(tenant, after);
            Key begin = from.compareTo(behind) > 0 ? from : behind;
            for (Key key : table.from(begin)) {
                if (page.size() == limit || !key.name().startsWith(prefix)) {
                    break;
                }
                Value value = key.equals(behind) ? null : table.live(key);
                if (value != null) {
                    StoredValue stored = value.stored(key);
                    room -= maxBytes == Long.MAX_VALUE ? 0 : stored.value().bytes().length;
                    if (room < 0 && !page.isEmpty()) {
                        break;
                    }
                    page.add(stored);
                }
            }
        }
        return List.copyOf(page);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        door.check();
        Key place = new Key(tenant, KeyValues.checkKey(key));
        Instant now = clock.instant();
        return Optional.ofNullable(table.expires(place))
                .filter(now::isBefore)
                .map(expires -> Duration.between(now, expires));
    }

    long erase(TenantId tenant) {
        synchronized (lock(tenant)) {
            List<Key> all = table.all(tenant);
            all.forEach(table::drop);
            return all.size();
        }
    }

    /** Deletes values whose time is over. */
    int sweep(Instant now, int limit) {
        List<Timetable.Entry> over = table.over(now, limit);
        for (Timetable.Entry entry : over) {
            synchronized (lock(entry.key().tenant())) {
                table.dropOver(entry);
            }
        }
        return over.size();
    }

    /** The first value behind a key. */
    @Nullable
    Key next(Key after) {
        return table.next(after);
    }

    void clear() {
        table.clear();
    }

    private Object lock(TenantId tenant) {
        return locks[Math.floorMod(tenant.hashCode(), LOCKS)];
    }

    private long write(Key key, ValueChange change) {
        if (change.value() == null) {
            table.drop(key);
            return 0;
        }
        return table.put(key, change.value(), 0, expiry(change.ttl()));
    }

    private @Nullable Instant expiry(@Nullable Duration ttl) {
        return ttl == null ? null : clock.instant().plus(ttl);
    }
}
