package org.copilotframework.core.storage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** The values of all tenants. A tenant's values are changed under one lock, which he may share with another tenant. */
final class MemoryValues implements KeyValues {
    private static final int LOCKS = 64;

    /** A value: a payload, or a counter if that is null. */
    private record Value(
            @Nullable Payload payload,
            long count,
            long version,
            @Nullable Instant expires) {
        StoredValue stored(Key key) {
            Payload shown =
                    payload != null ? payload : Payload.of(Long.toString(count).getBytes(StandardCharsets.US_ASCII));
            return new StoredValue(key.name(), shown, version);
        }
    }

    private final Door door;
    private final InstantSource clock;
    private final NavigableMap<Key, Value> values = new ConcurrentSkipListMap<>();
    private final Timetable expiring = new Timetable();
    private final AtomicLong lastVersion = new AtomicLong();
    private final Object[] locks = new Object[LOCKS];

    MemoryValues(Door door, InstantSource clock) {
        this.door = door;
        this.clock = clock;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        door.check();
        Key place = new Key(tenant, KeyValues.checkKey(key));
        synchronized (lock(tenant)) {
            return Optional.ofNullable(live(place)).map(value -> value.stored(place));
        }
    }

    @Override
    public boolean isCounter(TenantId tenant, String key) {
        door.check();
        Key place = new Key(tenant, KeyValues.checkKey(key));
        synchronized (lock(tenant)) {
            Value there = live(place);
            return there != null && there.payload() == null;
        }
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        door.check();
        Key key = new Key(tenant, change.key());
        synchronized (lock(tenant)) {
            return version(key) == change.expected() ? OptionalLong.of(write(key, change)) : OptionalLong.empty();
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
                long version = version(new Key(tenant, change.key()));
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
            Value before = live(place);
            if (before != null && before.payload() != null) {
                throw new ConflictException("value '" + key + "' is no counter; add under another key");
            }
            try {
                long count = Math.addExact(before == null ? 0 : before.count(), delta);
                put(place, null, count, before == null ? expiry(ttl) : before.expires());
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
            for (Key key : values.subMap(begin, true, Key.last(tenant), true).keySet()) {
                if (page.size() == limit || !key.name().startsWith(prefix)) {
                    break;
                }
                Value value = key.equals(behind) ? null : live(key);
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
        return Optional.ofNullable(values.get(place))
                .map(Value::expires)
                .filter(now::isBefore)
                .map(expires -> Duration.between(now, expires));
    }

    long erase(TenantId tenant) {
        synchronized (lock(tenant)) {
            List<Key> all = List.copyOf(
                    values.subMap(Key.first(tenant), Key.last(tenant)).keySet());
            all.forEach(this::drop);
            return all.size();
        }
    }

    /** Deletes values whose time is over. */
    int sweep(Instant now, int limit) {
        List<Timetable.Entry> over = expiring.until(now, limit);
        for (Timetable.Entry entry : over) {
            synchronized (lock(entry.key().tenant())) {
                Value value = values.get(entry.key());
                if (value != null && entry.at().equals(value.expires())) {
                    drop(entry.key());
                }
            }
        }
        return over.size();
    }

    /** The first value behind a key. */
    @Nullable
    Key next(Key after) {
        return values.higherKey(after);
    }

    void clear() {
        values.clear();
        expiring.clear();
    }

    private Object lock(TenantId tenant) {
        return locks[Math.floorMod(tenant.hashCode(), LOCKS)];
    }

    private @Nullable Value live(Key key) {
        Value value = values.get(key);
        Instant expires = value == null ? null : value.expires();
        return expires == null || clock.instant().isBefore(expires) ? value : null;
    }

    private long version(Key key) {
        Value value = live(key);
        return value == null ? 0 : value.version();
    }

    private long write(Key key, ValueChange change) {
        if (change.value() == null) {
            drop(key);
            return 0;
        }
        return put(key, change.value(), 0, expiry(change.ttl()));
    }

    private long put(Key key, @Nullable Payload payload, long count, @Nullable Instant expires) {
        drop(key);
        long version = lastVersion.incrementAndGet();
        values.put(key, new Value(payload, count, version, expires));
        if (expires != null) {
            expiring.add(expires, key);
        }
        return version;
    }

    private void drop(Key key) {
        Value old = values.remove(key);
        if (old != null && old.expires() != null) {
            expiring.remove(old.expires(), key);
        }
    }

    private @Nullable Instant expiry(@Nullable Duration ttl) {
        return ttl == null ? null : clock.instant().plus(ttl);
    }
}
